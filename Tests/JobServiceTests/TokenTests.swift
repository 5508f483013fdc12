import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Repeats of a submit, beside what `SubmitTests` says of them.
@Suite(.serialized)
struct TokenTests {
    private func again(_ harness: ServiceHarness, _ submission: Submission) throws -> ServiceError? {
        try refusal(of: harness.service.submit([submission], by: ServiceHarness.me, isAdministrator: false))
    }

    @Test("the jobs that a submit waits for are a part of it, in any order")
    func dependencies() throws {
        try ServiceHarness().run { harness throws in
            let others = try [harness.submit(), harness.submit()]
            func submission(_ dependencies: [Dependency]) -> Submission {
                ServiceHarness.submission(token: "t", after: dependencies)
            }
            let both = others.map { Dependency(on: $0, condition: .succeeded) }
            let id = try harness.submit(submission(both))
            #expect(try harness.submit(submission(both.reversed())) == id)
            let taken = ServiceError.refused(.tokenTaken(token: "t", job: id), index: 0)
            #expect(try again(harness, submission([both[0]])) == taken)
            #expect(try again(harness, submission([])) == taken)
            let other = [both[0], Dependency(on: others[1], condition: .ended)]
            #expect(try again(harness, submission(other)) == taken)
        }
    }

    @Test("a repeat is known when the jobs that it waited for have ended")
    func endedDependencies() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start()
            let submission = ServiceHarness.submission(
                token: "t", after: [Dependency(on: first, condition: .succeeded)])
            let id = try harness.submit(submission)
            try harness.finish(first)
            #expect(try harness.submit(submission) == id)
        }
    }

    @Test("a job that was edited since is known by its token alone")
    func edited() throws {
        try ServiceHarness().run { harness throws in
            try harness.start()
            let submission = ServiceHarness.submission(token: "t")
            let id = try harness.submit(submission)
            let other = ServiceHarness.submission("other", token: "t")
            #expect(try again(harness, other) == .refused(.tokenTaken(token: "t", job: id), index: 0))
            #expect(try harness.change(id, .edit(JobEdit(priority: 3))) == .done(.ready))
            #expect(try harness.submit(submission) == id)
            #expect(try harness.submit(other) == id)
        }
    }

    @Test("a token wins over a key")
    func key() throws {
        try ServiceHarness().run { harness throws in
            let submission = ServiceHarness.submission(token: "t") {
                $0.key = UniqueKey("k", onConflict: .reject)
            }
            let id = try harness.submit(submission)
            let again = try #require(try harness.submit([submission]).first)
            #expect(again.id == id && again.existing == .token)
        }
    }

    @Test("a repeat is known after a restart, and after its jobs are refused otherwise")
    func restart() throws {
        let memory = MemoryJobStore()
        let submission = ServiceHarness.submission(token: "t") { $0.slots = 2 }
        var id = JobID(rawValue: 0)
        try ServiceHarness(workers: 2, store: ControlledStore(memory)).run { harness throws in
            id = try harness.submit(submission)
        }
        try ServiceHarness(workers: 1, store: ControlledStore(memory)).run { harness throws in
            #expect(try harness.submit(submission) == id)
        }
    }
}
