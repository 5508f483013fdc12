import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// What running jobs have taken.
    static let taking = [
        JobStoreCheck("what is taken of a resource is the sum of what jobs took and have not given back") { subject in
            let ids = try subject.store.insert((0..<3).map { _ in Samples.job() })
            let (gpu, mine, yours) = (
                Resource.named("gpu"), Resource.limit("gpu", user: 1), Resource.limit("gpu", user: 2)
            )
            try subject.store.take([(gpu, 2), (mine, 1)], for: ids[0])
            try subject.store.take([(gpu, 3), (yours, 1)], for: ids[1])
            try subject.store.take([(gpu, 1)], for: ids[2])
            for _ in 0..<2 {
                #expect(try subject.store.taken(gpu) == 6)
                #expect(try subject.store.taken(mine) == 1)
                #expect(try subject.store.taken(.named("none")) == 0)
                #expect(try subject.store.takers(of: gpu, limit: 9) == ids)
                #expect(try subject.store.takers(of: gpu, limit: 2) == Array(ids[..<2]))
                #expect(try subject.store.takers(of: yours, limit: 9) == [ids[1]])
                try subject.reopen()
            }
            try subject.store.giveBack(by: ids[1])
            try subject.store.giveBack(by: ids[1])
            #expect(try subject.store.taken(gpu) == 3)
            #expect(try subject.store.taken(yours) == 0)
            #expect(try subject.store.takers(of: gpu, limit: 9) == [ids[0], ids[2]])
            try subject.store.take([(gpu, 7)], for: ids[1])
            #expect(try subject.store.taken(gpu) == 10)
        },
        JobStoreCheck("a job cannot take of the same resource twice, and one that does not exist takes nothing") {
            subject in
            let id = try subject.store.insert(Samples.job())
            let requirement = Requirement(resource: .named("gpu"), amount: 1)
            try subject.store.take([(.named("gpu"), 1)], for: id)
            try subject.expectRefusal(of: "taking twice") { transaction throws(JobStoreError) in
                try transaction.take([requirement], for: id)
            }
            try subject.expectRefusal(of: "taking for no job") { transaction throws(JobStoreError) in
                try transaction.take([requirement], for: JobID(rawValue: 99))
            }
        },
        JobStoreCheck("settings of queues are the last ones that were made") { subject in
            let store = subject.store
            func setting(_ value: String, _ actor: Actor = .user(7)) -> StoredSetting {
                StoredSetting(value: value, by: actor, at: Samples.time(value.utf8.count))
            }
            try store.write { transaction throws(JobStoreError) in
                try transaction.set("workers", of: Samples.main, to: setting("4"))
                try transaction.set("workers", of: Samples.main, to: setting("16", .daemon))
                try transaction.set("rate", of: Samples.main, to: setting("10/1min"))
                try transaction.set("workers", of: Samples.other, to: setting(""))
                try transaction.set("paused", of: Samples.other, to: nil)
            }
            for _ in 0..<2 {
                #expect(
                    try subject.store.queueSettings() == [
                        Samples.main: ["workers": setting("16", .daemon), "rate": setting("10/1min")],
                        Samples.other: ["workers": setting("")],
                    ])
                try subject.reopen()
            }
            try subject.store.write { transaction throws(JobStoreError) in
                try transaction.set("workers", of: Samples.other, to: nil)
                try transaction.set("rate", of: Samples.main, to: nil)
            }
            #expect(try subject.store.queueSettings() == [Samples.main: ["workers": setting("16", .daemon)]])
        },
    ]
}

extension JobStore {
    func take(_ amounts: [(Resource, Int)], for job: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            try transaction.take(amounts.map { Requirement(resource: $0.0, amount: $0.1) }, for: job)
        }
    }

    func giveBack(by job: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in try transaction.giveBack(by: job) }
    }

    /// What a resource's use is within a transaction and for readers, which is the same.
    func taken(_ resource: Resource) throws(JobStoreError) -> Int? {
        let inside = try write { transaction throws(JobStoreError) in try transaction.amountTaken(of: resource) }
        return try amountTaken(of: resource) == inside ? inside : nil
    }
}
