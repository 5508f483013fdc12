import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Keys: no two unfinished jobs of a user have the same.
    static let keeping = [
        JobStoreCheck("a key gives the job of its user that took it, until it is released") { subject in
            func keyed(_ user: UInt32) -> NewJob { Samples.job(user: user) { $0.key = UniqueKey("k") } }
            let ids = try subject.store.insert([keyed(1), keyed(2), keyed(1)])
            #expect(try subject.store.job(key: "k", of: 1) == nil)
            for id in ids[..<2] { try subject.store.takeKey(of: id) }
            for _ in 0..<2 {
                #expect(try subject.store.job(key: "k", of: 1) == ids[0])
                #expect(try subject.store.job(key: "k", of: 2) == ids[1])
                #expect(try subject.store.job(key: "K", of: 1) == nil)
                #expect(try subject.store.job(key: "k", of: 3) == nil)
                try subject.reopen()
            }
            // The third has the word, but not the key.
            try subject.store.releaseKey(of: ids[2])
            #expect(try subject.store.job(key: "k", of: 1) == ids[0])
            try subject.store.releaseKey(of: ids[0])
            #expect(try subject.store.job(key: "k", of: 1) == nil)
            #expect(try subject.store.job(key: "k", of: 2) == ids[1])
            try subject.store.takeKey(of: ids[2])
            #expect(try subject.store.job(key: "k", of: 1) == ids[2])
        },
        JobStoreCheck("a key that is taken is refused, to another job and to the same") { subject in
            let ids = try subject.store.insert(
                (0..<2).map { _ in Samples.job { $0.key = UniqueKey("k", onConflict: .reject) } })
            try subject.store.takeKey(of: ids[0])
            for id in ids {
                try subject.expectRefusal(of: "a key that is taken") { transaction throws(JobStoreError) in
                    guard let job = try transaction.job(id) else { return }
                    try transaction.takeKey(of: job)
                }
            }
            try subject.expectRefusal(of: "a key for no job") { transaction throws(JobStoreError) in
                try transaction.takeKey(of: Samples.job { $0.key = UniqueKey("x") }.job(JobID(rawValue: 77)))
            }
        },
        JobStoreCheck("a job without a key takes none and releases none") { subject in
            let id = try subject.store.insert(Samples.job())
            try subject.store.takeKey(of: id)
            try subject.store.releaseKey(of: id)
            #expect(try subject.store.job(key: "", of: 1_000) == nil)
        },
        JobStoreCheck("a transaction that is given up gives back the keys that it took, and keeps those it released") {
            subject in
            let ids = try subject.store.insert((0..<2).map { n in Samples.job { $0.key = UniqueKey("k\(n)") } })
            try subject.store.takeKey(of: ids[0])
            #expect(throws: JobStoreError.self) {
                try subject.store.write { transaction throws(JobStoreError) in
                    for id in ids {
                        guard let job = try transaction.job(id) else { return }
                        if id == ids[0] {
                            try transaction.releaseKey(of: job)
                        } else {
                            try transaction.takeKey(of: job)
                        }
                    }
                    throw .refused("given up")
                }
            }
            #expect(try subject.store.job(key: "k0", of: 1_000) == ids[0])
            #expect(try subject.store.job(key: "k1", of: 1_000) == nil)
        },
    ]
}

extension JobStore {
    func job(key: String, of user: UInt32) throws(JobStoreError) -> JobID? {
        try write { transaction throws(JobStoreError) in try transaction.job(key: key, of: user)?.id }
    }

    func takeKey(of id: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            guard let job = try transaction.job(id) else { throw .refused("no job \(id)") }
            try transaction.takeKey(of: job)
        }
    }

    func releaseKey(of id: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            guard let job = try transaction.job(id) else { throw .refused("no job \(id)") }
            try transaction.releaseKey(of: job)
        }
    }
}
