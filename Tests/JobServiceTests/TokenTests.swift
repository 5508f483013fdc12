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

    @Test("what a job reads, and its secrets, are a part of it, however they were sealed")
    func attachments() throws {
        let name = try #require(SecretName("s"))
        let prints = (1...2).map { Fingerprint([UInt8](repeating: $0, count: Fingerprint.length)) }
        func submission(_ input: Fingerprint?, _ secret: Fingerprint?, sealed: UInt8 = 0) -> Submission {
            var spec = ServiceHarness.submission().spec
            if let input { spec.surroundings.input = .attached(length: 1, input) }
            if let secret { spec.secrets = [name: secret] }
            let secrets = secret == nil ? [:] : [name: [sealed]]
            return Submission(
                spec: spec, token: "t", attachments: Attachments(input: input.map { _ in [7] }, secrets: secrets))
        }
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(submission(prints[0], prints[0], sealed: 1))
            #expect(try harness.submit(submission(prints[0], prints[0], sealed: 2)) == id)
            let taken = ServiceError.refused(.tokenTaken(token: "t", job: id), index: 0)
            for other in [
                submission(prints[1], prints[0]), submission(prints[0], prints[1]), submission(nil, prints[0]),
                submission(prints[0], nil), submission(nil, nil),
            ] {
                #expect(try again(harness, other) == taken)
            }
            let both = harness.service.submit(
                [submission(prints[0], nil), submission(prints[1], nil)], by: ServiceHarness.you,
                isAdministrator: false)
            #expect(try refusal(of: both) == .refused(.tokenTaken(token: "t", job: nil), index: 1))
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
