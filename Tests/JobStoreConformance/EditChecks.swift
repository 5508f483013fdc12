import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Edits of what to run.
    static let editing = [
        JobStoreCheck("each part of a spec comes back as it was put in, and as it was rewritten") { subject in
            for spec in Samples.specs {
                let id = try subject.store.insert(Samples.job { $0 = spec })
                #expect(try subject.store.job(id)?.spec == spec)
                let plain = try subject.store.insert(Samples.job())
                try subject.store.edit(plain) { $0 = spec }
                #expect(try subject.store.job(plain)?.spec == spec)
                try subject.store.edit(id) { $0 = JobSpec(command: Command(arguments: ["other"])) }
                try subject.reopen()
                #expect(try subject.store.job(plain)?.spec == spec)
                #expect(try subject.store.job(id)?.spec == JobSpec(command: Command(arguments: ["other"])))
            }
        },
        JobStoreCheck("a rewrite changes the spec and nothing else") { subject in
            let id = try subject.store.insert(Samples.job(state: .held(notBefore: Samples.time(3)), token: "t"))
            let before = try #require(try subject.store.job(id))
            try subject.store.edit(id) { $0.name = "edited" }
            var expected = before
            expected.spec.name = "edited"
            #expect(try subject.store.job(id) == expected)
        },
        JobStoreCheck("an update changes no spec") { subject in
            let id = try subject.store.insert(Samples.job())
            try subject.store.write { transaction throws(JobStoreError) in
                guard var job = try transaction.job(id) else { return }
                job.spec.name = "not stored"
                job.state = .held(notBefore: nil)
                try transaction.update(job)
            }
            #expect(try subject.store.job(id)?.spec.name == nil)
            #expect(try subject.store.job(id)?.state == .held(notBefore: nil))
        },
        JobStoreCheck("a token tells whether its job was edited") { subject in
            let id = try subject.store.insert(Samples.job(token: "t"))
            func isEdited() throws -> Bool? {
                try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.job(token: "t", of: 1_000)?.isEdited
                }
            }
            #expect(try isEdited() == false)
            try subject.store.set(id, .held(notBefore: nil))
            #expect(try isEdited() == false)
            try subject.store.edit(id) { _ in }
            #expect(try isEdited() == true)
            try subject.store.set(id, .ready(since: Samples.start))
            try subject.reopen()
            #expect(try isEdited() == true)
        },
        JobStoreCheck("a job that is moved is counted and found in its new queue, at its new place") { subject in
            let ids = try subject.store.insert([
                Samples.job(), Samples.job(priority: 3), Samples.job(queue: Samples.other, priority: 2),
            ])
            try subject.store.edit(ids[0]) { spec in
                spec.queue = Samples.other
                spec.priority = 9
            }
            for _ in 0..<2 {
                #expect(try subject.store.ready() == [ids[1]])
                #expect(try subject.store.ready(in: Samples.other) == [ids[0], ids[2]])
                #expect(
                    try subject.store.counts().queues == [Samples.main: [.ready: 1], Samples.other: [.ready: 2]])
                try subject.reopen()
            }
        },
        JobStoreCheck("a move and a new state in one transaction are counted once, in either order") { subject in
            let ids = try subject.store.insert([Samples.job(), Samples.job()])
            try subject.store.write { transaction throws(JobStoreError) in
                for (index, id) in ids.enumerated() {
                    guard var job = try transaction.job(id) else { return }
                    job.spec.queue = Samples.other
                    job.state = .held(notBefore: nil)
                    if index == 0 { try transaction.update(job) }
                    try transaction.rewrite(job)
                    if index == 1 { try transaction.update(job) }
                }
            }
            #expect(try subject.store.counts().queues == [Samples.other: [.held: 2]])
        },
        JobStoreCheck("a job that does not exist cannot be rewritten") { subject in
            try subject.expectRefusal(of: "a rewrite of no job") { transaction throws(JobStoreError) in
                try transaction.rewrite(Samples.job().job(JobID(rawValue: 5)))
            }
        },
    ]
}

extension JobStore {
    /// Edits the spec of a job, in a transaction of its own.
    func edit(_ id: JobID, _ change: (inout JobSpec) -> Void) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            guard var job = try transaction.job(id) else { throw .refused("no job \(id)") }
            change(&job.spec)
            try transaction.rewrite(job)
        }
    }
}
