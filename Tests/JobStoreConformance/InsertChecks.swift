import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// What is put in comes out again.
    static let inserting = [
        JobStoreCheck("a new store is empty and has a name of its own that stays") { subject in
            let identity = subject.store.identity
            #expect(!identity.isEmpty)
            #expect(try subject.store.list() == [])
            #expect(try subject.store.counts() == JobCounts())
            #expect(try subject.store.nextDue() == nil)
            #expect(try subject.store.running() == [])
            try subject.store.insert(Samples.job())
            #expect(subject.store.identity == identity)
            try subject.reopen()
            #expect(subject.store.identity == identity)
        },
        JobStoreCheck("a job comes back as it was put in, also at its edges") { subject in
            let ids = try subject.store.insert(Samples.edges)
            for round in 0..<2 {
                for (id, new) in zip(ids, Samples.edges) {
                    let expected = new.job(id)
                    #expect(try subject.store.job(id) == expected, "round \(round)")
                    let seen = try subject.store.write { transaction throws(JobStoreError) in try transaction.job(id) }
                    #expect(seen == expected, "round \(round)")
                }
                try subject.reopen()
            }
        },
        JobStoreCheck("strings come back byte for byte, not only as the same characters") { subject in
            // é composed and decomposed: equal to Swift, different to every program.
            let arguments = ["p", "caf\u{E9}", "cafe\u{301}"]
            let new = NewJob(
                spec: JobSpec(command: Command(arguments: arguments, environment: ["K": "e\u{301}"])),
                submitter: Submitter(user: 1, group: 1), submitted: Samples.start, state: .ready(since: Samples.start),
                token: nil)
            let id = try subject.store.insert(new)
            try subject.reopen()
            let command = try #require(try subject.store.job(id)).spec.command
            #expect(command.arguments.map { Array($0.utf8) } == arguments.map { Array($0.utf8) })
            #expect(command.environment["K"].map { Array($0.utf8) } == Array("e\u{301}".utf8))
        },
        JobStoreCheck("what belongs to a job comes back, and goes with it") { subject in
            let all = Attachments(
                input: [0, 255, 10], secrets: [Samples.secret("a"): [], Samples.secret("input"): [1, 2]])
            let large = Attachments(input: [UInt8](repeating: 7, count: StandardInput.maxLength))
            let ids = try [all, large, Attachments(input: []), Attachments()].map { attachments in
                try subject.store.insert(Samples.job(attachments: attachments))
            }
            try subject.reopen()
            try subject.store.write { transaction throws(JobStoreError) in
                #expect(try transaction.attachments(of: ids[0]) == all)
                #expect(try transaction.attachments(of: ids[1]) == large)
                #expect(try transaction.attachments(of: ids[2]) == Attachments(input: []))
                #expect(try transaction.attachments(of: ids[3]) == Attachments())
                try transaction.delete(ids[0])
                #expect(try transaction.attachments(of: ids[0]) == Attachments())
                #expect(try transaction.attachments(of: ids[1]) == large)
            }
        },
        JobStoreCheck("ids are positive, go up, and never come back") { subject in
            var ids: [JobID] = []
            for _ in 0..<3 {
                ids += try subject.store.insert([Samples.job(), Samples.job()])
                try subject.reopen()
            }
            #expect(ids.allSatisfy { $0.rawValue > 0 })
            #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        },
        JobStoreCheck("there is no job of an id that was not given out") { subject in
            let id = try subject.store.insert(Samples.job())
            for number in [0, -1, id.rawValue + 1, .max, .min] {
                #expect(try subject.store.job(JobID(rawValue: number)) == nil)
                #expect(try subject.store.attempts(of: JobID(rawValue: number)) == [])
            }
        },
        JobStoreCheck("a token gives the job of its user, and nobody else's") { subject in
            let mine = try subject.store.insert(Samples.job(user: 1, token: "t"))
            let yours = try subject.store.insert(Samples.job(user: 2, token: "t"))
            try subject.store.insert(Samples.job(user: 1))
            for _ in 0..<2 {
                #expect(try subject.store.job(token: "t", of: 1)?.id == mine)
                #expect(try subject.store.job(token: "t", of: 2)?.id == yours)
                #expect(try subject.store.job(token: "t", of: 3) == nil)
                #expect(try subject.store.job(token: "T", of: 1) == nil)
                #expect(try subject.store.job(token: "", of: 1) == nil)
                try subject.reopen()
            }
        },
        JobStoreCheck("a token still gives its job when that has ended") { subject in
            let id = try subject.store.insert(Samples.job(token: "t"))
            try subject.store.set(id, .succeeded, attempts: 1, ended: Samples.time(5))
            #expect(try subject.store.job(token: "t", of: 1_000)?.state == .succeeded)
        },
        JobStoreCheck("a token cannot be given twice by one user") { subject in
            let id = try subject.store.insert(Samples.job("first", token: "t"))
            #expect(throws: JobStoreError.self) { try subject.store.insert(Samples.job("second", token: "t")) }
            #expect(try subject.store.job(token: "t", of: 1_000)?.id == id)
            #expect(try subject.store.list() == [id])
        },
        JobStoreCheck("a transaction sees what it did itself") { subject in
            try subject.store.write { transaction throws(JobStoreError) in
                let id = try transaction.insert(Samples.job(token: "t"))
                let later = try transaction.insert(Samples.job(state: .scheduled(until: Samples.time(9))))
                #expect(try transaction.job(id)?.id == id)
                #expect(try transaction.job(token: "t", of: 1_000)?.job.id == id)
                #expect(try transaction.readyJobs(in: Samples.main, limit: 9).map(\.id) == [id])
                #expect(try transaction.dueJobs(at: Samples.time(9), limit: 9).map(\.id) == [later])
                #expect(try transaction.nextDue() == Samples.time(9))
                guard var job = try transaction.job(id) else { return }
                job.state = .running(attempt: 1)
                job.attempts = 1
                try transaction.update(job)
                #expect(try transaction.readyJobs(in: Samples.main, limit: 9) == [])
                #expect(try transaction.runningJobs() == [job])
            }
        },
    ]
}
