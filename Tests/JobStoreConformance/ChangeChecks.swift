import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// States and attempts.
    static let changing = [
        JobStoreCheck("each state comes back as it was stored, with its reason and its end") { subject in
            let states = Samples.states
            let ids = try subject.store.insert(states.map { _ in Samples.job() })
            for (id, state) in zip(ids, states) {
                try subject.store.set(id, state, attempts: 2, ended: state.isFinal ? Samples.time(7) : nil)
            }
            for _ in 0..<2 {
                for (id, state) in zip(ids, states) {
                    let job = try #require(try subject.store.job(id))
                    #expect(job.state == state)
                    #expect(job.attempts == 2)
                    #expect(job.ended == (state.isFinal ? Samples.time(7) : nil))
                }
                try subject.reopen()
            }
        },
        JobStoreCheck("a reason goes away with the state that had it") { subject in
            let id = try subject.store.insert(Samples.job())
            try subject.store.set(
                id, .failed(.attempt(.couldNotStart(step: .execute, errno: 2))), attempts: 1, ended: Samples.time(1))
            try subject.store.set(id, .ready(since: Samples.time(2)), attempts: 1)
            try subject.store.set(id, .failed(.attempt(.lost)), attempts: 2, ended: Samples.time(3))
            #expect(try subject.store.job(id)?.state == .failed(.attempt(.lost)))
        },
        JobStoreCheck("a job that does not exist cannot be updated") { subject in
            let id = try subject.store.insert(Samples.job())
            var job = try #require(try subject.store.job(id))
            job = Job(
                id: JobID(rawValue: id.rawValue + 5), spec: job.spec, submitter: job.submitter,
                submitted: job.submitted, firstState: .ready, state: .cancelled, ended: Samples.start)
            let stranger = job
            #expect(throws: JobStoreError.self) {
                try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.update(stranger, was: stranger)
                }
            }
            #expect(try subject.store.list() == [id])
            #expect(try subject.store.counts().queues == [Samples.main: [.ready: 1]])
        },
        JobStoreCheck("attempts come oldest first, each with its own end") { subject in
            let id = try subject.store.insert(Samples.job())
            let other = try subject.store.insert(Samples.job())
            let cost = Samples.cost
            let ends =
                Samples.outcomes.enumerated().map { index, outcome in
                    AttemptEnd(outcome: outcome, at: Samples.time(index), cost: index % 2 == 0 ? cost : nil)
                } + [AttemptEnd(outcome: .exited(code: 0), at: Samples.time(99), cost: cost)]
            var expected: [Attempt] = []
            for (index, end) in ends.enumerated() {
                let attempt = Attempt(number: index + 1, node: "näme \(index)", claimed: Samples.time(index))
                try subject.store.write { transaction throws(JobStoreError) in try transaction.begin(attempt, of: id) }
                #expect(try subject.store.attempts(of: id) == expected + [attempt])
                try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.end(AttemptID(job: id, number: index + 1), end, next: .failed)
                }
                expected.append(
                    Attempt(
                        number: attempt.number, node: attempt.node, claimed: attempt.claimed, end: end,
                        next: .failed))
            }
            for _ in 0..<2 {
                #expect(try subject.store.attempts(of: id) == expected)
                #expect(try subject.store.attempts(of: other) == [])
                try subject.reopen()
            }
        },
        JobStoreCheck("an attempt that was not begun cannot end, and one cannot begin twice") { subject in
            let id = try subject.store.insert(Samples.job())
            let end = AttemptEnd(outcome: .lost, at: Samples.start)
            let attempt = Attempt(number: 1, node: "n", claimed: Samples.start)
            try subject.store.write { transaction throws(JobStoreError) in try transaction.begin(attempt, of: id) }
            #expect(throws: JobStoreError.self) {
                try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.end(AttemptID(job: id, number: 2), end, next: .failed)
                }
            }
            #expect(throws: JobStoreError.self) {
                try subject.store.write { transaction throws(JobStoreError) in try transaction.begin(attempt, of: id) }
            }
            #expect(try subject.store.attempts(of: id) == [attempt])
            try subject.expectRefusal(of: "an attempt of no job") { transaction throws(JobStoreError) in
                try transaction.begin(attempt, of: JobID(rawValue: 99))
            }
        },
        JobStoreCheck("an attempt ends once") { subject in
            let id = try subject.store.insert(Samples.job())
            let name = AttemptID(job: id, number: 1)
            try subject.store.write { transaction throws(JobStoreError) in
                try transaction.begin(Attempt(number: 1, node: "n", claimed: Samples.start), of: id)
                try transaction.end(name, AttemptEnd(outcome: .lost, at: Samples.start), next: .ready)
            }
            try subject.expectRefusal(of: "a second end") { transaction throws(JobStoreError) in
                try transaction.end(name, AttemptEnd(outcome: .timedOut, at: Samples.start), next: .failed)
            }
        },
    ]
}
