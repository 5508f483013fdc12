import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// What was done to a job.
    static let telling = [
        JobStoreCheck("changes come oldest first, as they were noted, each with its cause and its actor") { subject in
            let id = try subject.store.insert(Samples.job())
            let other = try subject.store.insert(Samples.job())
            let actors: [Actor] = [.daemon, .user(0), .user(.max)]
            var expected: [Change] = []
            for (index, cause) in Samples.causes.enumerated() {
                // Times go back, as they do when the clock is set: the order is that of the notes.
                let change = Change(
                    at: Samples.time(-index), by: actors[index % 3], cause: cause,
                    state: JobState.Name.allCases[index % 8], attempts: index / 2)
                try subject.store.record(change, of: id)
                expected.append(change)
                #expect(try subject.store.changes(of: id) == expected)
            }
            try subject.reopen()
            #expect(try subject.store.changes(of: id) == expected)
            #expect(try subject.store.changes(of: other) == [])
            #expect(try subject.store.changes(of: JobID(rawValue: 99)) == [])
        },
        JobStoreCheck("nothing can be noted of a job that does not exist") { subject in
            try subject.expectRefusal(of: "a change of no job") { transaction throws(JobStoreError) in
                let change = Change(at: Samples.start, by: .daemon, cause: .due, state: .ready, attempts: 0)
                try transaction.record(change, of: JobID(rawValue: 1))
            }
        },
        JobStoreCheck("an attempt tells the state of its job after it, each state") { subject in
            let id = try subject.store.insert(Samples.job())
            for (index, next) in JobState.Name.allCases.enumerated() {
                try subject.store.write { transaction throws(JobStoreError) in
                    let attempt = Attempt(number: index + 1, node: "n", claimed: Samples.start)
                    try transaction.begin(attempt, of: id)
                    try transaction.end(
                        AttemptID(job: id, number: index + 1), AttemptEnd(outcome: .lost, at: Samples.start), next: next
                    )
                }
            }
            try subject.reopen()
            #expect(try subject.store.attempts(of: id).map(\.next) == JobState.Name.allCases)
        },
        JobStoreCheck("of many attempts and changes the newest can be had alone, oldest first") { subject in
            let id = try subject.store.insert(Samples.job())
            try subject.store.write { transaction throws(JobStoreError) in
                for number in 1...5 {
                    try transaction.begin(Attempt(number: number, node: "n", claimed: Samples.start), of: id)
                    try transaction.end(
                        AttemptID(job: id, number: number), AttemptEnd(outcome: .lost, at: Samples.start), next: .ready)
                    let change = Change(at: Samples.start, by: .daemon, cause: .due, state: .ready, attempts: number)
                    try transaction.record(change, of: id)
                }
            }
            #expect(try subject.store.attempts(of: id, last: 2).map(\.number) == [4, 5])
            #expect(try subject.store.changes(of: id, last: 2).map(\.attempts) == [4, 5])
            #expect(try subject.store.attempts(of: id, last: 9).map(\.number) == [1, 2, 3, 4, 5])
        },
        JobStoreCheck("the state in which a job was stored stays known, each state") { subject in
            for state in Samples.states {
                let id = try subject.store.insert(Samples.job(state: state))
                #expect(try subject.store.job(id)?.firstState == state.name)
                #expect(try subject.store.job(id)?.ended == (state.isFinal ? Samples.start : nil))
                try subject.store.set(id, .succeeded, ended: Samples.time(1))
                #expect(try subject.store.job(id)?.firstState == state.name)
            }
        },
        JobStoreCheck("the counters of a job come back as they were stored") { subject in
            let id = try subject.store.insert(Samples.job())
            for counters in [(1, 2, 3, 4), (0, 0, 0, 10_000), (7, 0, 2, 0), (0, 0, 0, 0)] {
                var job = try #require(try subject.store.job(id))
                (job.attempts, job.spentAttempts, job.crashes, job.openDependencies) = counters
                let changed = job
                try subject.store.write { transaction throws(JobStoreError) in try transaction.update(changed) }
                try subject.reopen()
                #expect(try subject.store.job(id) == changed)
            }
        },
    ]
}
