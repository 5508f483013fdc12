import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Bad input to a real daemon")
struct BadInputTests {
    private static let good: JSONValue = ["command": ["true"], "hold": true]

    /// Submits a good job and that one; says what the error is, and that nothing was stored.
    private func refusal(_ bad: JSONValue, _ configuration: String = "") throws -> JobError? {
        let daemon = try TestDaemon(configuration: configuration)
        let error = #expect(throws: VarlinkError.self) {
            try daemon.call(SubmitCall.method, ["jobs": [Self.good, bad]])
        }
        let list = try ListCall.Answer(daemon.call(ListCall.method, [:]))
        #expect(list.jobs.isEmpty)
        return error.flatMap(JobError.init)
    }

    private static let timeRule =
        "must be an RFC 3339 time like \"2026-12-24T18:00:00+01:00\", with a day that exists, from 1678 to 2262-04-11"

    @Test("an unknown queue is refused with the nearest names first")
    func queue() throws {
        let error = try refusal(
            ["command": ["true"], "queue": "nightyl"], "[queues.build]\n[queues.nightly]\n[queues.alpha]")
        let known = ["nightly", "alpha", "build", "default"]
        guard case .ofJob(index: 1, .noSuchQueue("nightyl", known: let names)) = error else {
            Issue.record("another error: \(error.debugDescription)")
            return
        }
        #expect(names.first == "nightly" && names.sorted() == known.sorted())
    }

    @Test("an unknown resource is refused with the nearest names first")
    func resource() throws {
        let error = try refusal(["command": ["true"], "needs": ["gpus": 1]], "[resources]\nanvil = 1\ngpu = 1")
        #expect(error == .ofJob(index: 1, .noSuchResource("gpus", known: ["gpu", "anvil"])))
    }

    @Test("more of a resource than there is, and more slots than workers, are refused")
    func tooMuch() throws {
        let much = try refusal(["command": ["true"], "needs": ["gpu": 3]], "[resources]\ngpu = 2")
        #expect(much == .ofJob(index: 1, .tooMuch(resource: "gpu", amount: 3, capacity: 2)))
        let slots = try refusal(["command": ["true"], "slots": 3], "[queues.default]\nworkers = 2")
        #expect(slots == .ofJob(index: 1, .tooManySlots(3, workers: 2)))
    }

    @Test("a dependency on a job that is not there is refused")
    func dependency() throws {
        let error = try refusal(["command": ["true"], "afterAny": [77]])
        #expect(error == .ofJob(index: 1, .noSuchDependency(JobID(rawValue: 77))))
    }

    @Test("a time beyond what can be held is refused")
    func time() throws {
        for text in ["9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2262-04-12T00:00:00Z"] {
            let error = try refusal(["command": ["true"], "at": .string(text)])
            #expect(error == .ofJob(index: 1, .invalidJob(field: "jobs[1].at", reason: Self.timeRule)))
        }
    }

    @Test("U+0000 is refused wherever it stands, and its place is named")
    func nul() throws {
        let problem = "must not contain the character U+0000"
        for (field, value, path) in [
            ("command", ["a", "b\0c"], "command[1]"), ("directory", "/a\0b", "directory"),
            ("environment", ["A": "b\0"], "environment.A"), ("name", "a\0", "name"), ("key", "a\0", "key"),
            ("token", "a\0", "token"),
        ] as [(String, JSONValue, String)] {
            var job: JSONObject = ["command": ["true"]]
            job[field] = value
            let error = try refusal(.object(job))
            #expect(error == .ofJob(index: 1, .invalidJob(field: "jobs[1].\(path)", reason: problem)))
        }
    }

    @Test("a variable, a resource or a limit whose name has U+0000 is refused")
    func nulInName() throws {
        for (field, value) in [
            ("environment", ["A\0": "b"]), ("needs", ["a\0": 1]), ("limits", ["a\0": 1]),
        ] as [(String, JSONValue)] {
            var job: JSONObject = ["command": ["true"]]
            job[field] = value
            guard case .ofJob(index: 1, .invalidJob(let path, let reason)) = try refusal(.object(job)) else {
                Issue.record("\(field) was not refused as a bad value")
                continue
            }
            #expect(path == "jobs[1].\(field)" && reason.contains("U+0000"))
        }
    }

    @Test("bytes that are no UTF-8, and half a surrogate pair, end the connection and nothing else")
    func notJSON() throws {
        let daemon = try TestDaemon()
        for text in [Array("a\\ud800b".utf8), Array("\\udc00".utf8), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]] {
            let stream = try UnixStream.connect(to: daemon.socket)
            let begin = Array("{\"method\":\"io.jobd.Jobs.Submit\",\"parameters\":{\"jobs\":[{\"command\":[\"".utf8)
            try stream.send(begin + text + Array("\"]}]}}\0".utf8))
            var buffer = [UInt8](repeating: 0, count: 64)
            #expect(recv(stream.descriptor.rawValue, &buffer, buffer.count, 0) == 0)
        }
        #expect(try daemon.wait(for: [try daemon.submit("true")]).map(\.state) == [.succeeded])
    }

    @Test("a command of a megabyte is taken, and one byte more is refused")
    func longCommand() throws {
        let daemon = try TestDaemon()
        let part = String(repeating: "x", count: 100_000)
        let rest = String(repeating: "y", count: (1 << 20) - 10 * 100_001 - 6)
        let command = ["true"] + Array(repeating: part, count: 10) + [rest]
        let id = try daemon.submit(command) { _ in }
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
        let error = #expect(throws: VarlinkError.self) { try daemon.submit(command + [""]) { _ in } }
        let reason = "must not have more than 1048576 bytes in all"
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .invalidJob(field: "jobs[0].command", reason: reason)))
    }

    @Test("with partial the good jobs are stored, and each bad one has its error")
    func partial() throws {
        let daemon = try TestDaemon()
        let bad: [JSONValue] = [
            Self.good, ["command": []], ["command": ["true"], "queue": "nowhere"], Self.good,
            ["command": ["true"], "colour": "red"], ["command": ["true"], "after": [77]],
        ]
        let answer = try SubmitCall.Answer(
            daemon.call(SubmitCall.method, ["jobs": .array(bad), "partial": true]))
        #expect(answer.jobs.map { try? $0.get().state } == ["held", nil, nil, "held", nil, nil])
        let errors = answer.jobs.map { item -> JobError? in
            if case .failure(let error) = item { JobError(error) } else { nil }
        }
        let command = "must hold a program and at most 9999 arguments"
        #expect(
            errors == [
                nil, .ofJob(index: 1, .invalidJob(field: "jobs[1].command", reason: command)),
                .ofJob(index: 2, .noSuchQueue("nowhere", known: ["default"])), nil,
                .ofJob(index: 4, .invalidJob(field: "jobs[4].colour", reason: "is not known here")),
                .ofJob(index: 5, .noSuchDependency(JobID(rawValue: 77))),
            ])
        #expect(try ListCall.Answer(daemon.call(ListCall.method, [:])).jobs.count == 2)
        let none = try SubmitCall.Answer(
            daemon.call(SubmitCall.method, ["jobs": [["command": []]], "partial": true]))
        #expect(none.jobs.count == 1)
    }

    @Test("a token that stands for another job is refused")
    func token() throws {
        let daemon = try TestDaemon()
        func submit(_ program: String) throws -> SubmitCall.Answer.Stored {
            let spec = JobSpec(command: Command(arguments: [program]), isHeld: true)
            return try daemon.submit([.init(spec: spec, token: "t")])[0]
        }
        let first = try submit("true")
        let error = #expect(throws: VarlinkError.self) { try submit("false") }
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .tokenTaken(token: "t", job: first.id)))
        // Known by its token alone once it was edited.
        _ = try daemon.edit(EditCall(ids: [first.id], priority: 3))
        #expect(try submit("true").id == first.id)
    }
}
