import Glibc
import JobClient
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Submitting")
struct SubmitTests {
    private func tokens(_ call: Call) -> [String] {
        call.parameters["jobs"]?.arrayValue?.compactMap { $0["token"]?.stringValue } ?? []
    }

    @Test("each job carries a token of its own, and the caller's where there is one")
    func tokens() throws {
        let daemon = try ScriptedDaemon([[.read, .reply(Sample.submitted(1, 2, 3))]])
        let client = JobClient(socket: daemon.socket)
        var third = JobRequest(command: ["true"])
        third.token = "mine"
        let submitted = try client.submit([JobRequest(command: ["true"]), JobRequest(command: ["true"]), third])
        #expect(submitted.map(\.id) == [1, 2, 3])
        #expect(submitted[0].ahead == 2)
        #expect(submitted[0].state == .ready)
        let tokens = tokens(try daemon.calls()[0])
        #expect(tokens.count == 3)
        #expect(tokens[0] != tokens[1])
        #expect(tokens[0].utf8.count == 32)
        #expect(tokens[2] == "mine")
    }

    @Test("tokens are in the order of the time at which they were made")
    func tokensInOrder() {
        func milliseconds() -> UInt64 {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
        }
        let before = milliseconds()
        let token = JobClient.makeToken()
        let after = milliseconds()
        #expect(token.utf8.count == 32)
        #expect(UInt64(token.prefix(12), radix: 16).map { (before...after).contains($0) } == true)
        #expect(UInt128(token.suffix(20), radix: 16) != nil)
    }

    @Test("a submit whose connection breaks is made again with the same token")
    func connectionLost() throws {
        let daemon = try ScriptedDaemon([[.read], [.read], [.read, .reply(Sample.submitted(7))]])
        let client = JobClient(socket: daemon.socket)
        #expect(try client.submit(JobRequest(shell: "true")).id == 7)
        let calls = try daemon.calls()
        #expect(calls.count == 3)
        #expect(Set(calls.map(tokens)).count == 1)
    }

    @Test(
        "a submit is made again when the daemon shuts down or does not know the outcome",
        arguments: [JobError.shuttingDown, .outcomeUnknown("the disk is gone")])
    func passingErrors(_ error: JobError) throws {
        let daemon = try ScriptedDaemon([[.read, .fail(error), .waitForEnd], [.read, .reply(Sample.submitted(7))]])
        let client = JobClient(socket: daemon.socket)
        #expect(try client.submit(JobRequest(shell: "true")).id == 7)
        let calls = try daemon.calls()
        #expect(tokens(calls[0]) == tokens(calls[1]))
    }

    @Test("a refusal is not argued with")
    func refusals() throws {
        let daemon = try ScriptedDaemon([[.read, .fail(.noSuchQueue("fast", known: ["default"])), .waitForEnd]])
        let client = JobClient(socket: daemon.socket)
        #expect(throws: JobClientError.noSuchQueue("fast", known: ["default"])) {
            try client.submit(JobRequest(command: ["true"]))
        }
        #expect(try daemon.calls().count == 1)
    }

    @Test("a daemon that was never there is not waited for")
    func neverThere() throws {
        let client = JobClient(socket: "/nonexistent/s", patience: .seconds(3600))
        #expect(throws: JobClientError.unreachable(socket: "/nonexistent/s", code: ENOENT)) {
            try client.submit(JobRequest(command: ["true"]))
        }
    }

    @Test("a daemon that does not come back is waited for so long and no longer")
    func gone() throws {
        let daemon = try ScriptedDaemon([[.read]])
        let client = JobClient(socket: daemon.socket, patience: .milliseconds(100))
        #expect(throws: JobClientError.unreachable(socket: daemon.socket, code: ECONNREFUSED)) {
            try client.submit(JobRequest(command: ["true"]))
        }
    }

    @Test("what cannot be is refused before the daemon is asked, and named")
    func invalid() throws {
        func problem(_ change: (inout JobRequest) -> Void) -> String? {
            var request = JobRequest(command: ["true"])
            change(&request)
            do {
                try request.validate()
                return nil
            } catch {
                guard case .invalidRequest(let field, _) = error else { return "\(error)" }
                return field
            }
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.command = [] } == "command")
        #expect(problem { $0.command = ["a", "b\0c"] } == "command[1]")
        #expect(problem { $0.queue = "no such/name" } == "queue")
        #expect(problem { $0.name = "" } == "name")
        #expect(problem { $0.directory = "relative" } == "directory")
        #expect(problem { $0.environment = ["A=": "1"] } == "environment")
        #expect(problem { $0.priority = 1001 } == "priority")
        #expect(problem { $0.timeout = .zero } == "timeoutMilliseconds")
        #expect(problem { $0.killAfter = .seconds(-1) } == "killAfterMilliseconds")
        #expect(problem { $0.delay = .seconds(1 << 40) } == "delayMilliseconds")
        #expect(problem { $0.at = "tomorrow" } == "at")
        #expect(
            problem {
                $0.at = "2026-12-24T18:00:00Z"
                $0.delay = .seconds(1)
            } == "delayMilliseconds")
        #expect(problem { $0.expires = .zero } == "expiresMilliseconds")
        #expect(problem { $0.retries = -1 } == "retries")
        #expect(problem { $0.retryOn = [300] } == "retryOn[0]")
        #expect(problem { $0.after = [0] } == "after[0]")
        #expect(
            problem {
                $0.after = [4]
                $0.afterAny = [4]
            } == "afterAny[0]")
        #expect(problem { $0.key = "" } == "key")
        #expect(problem { $0.slots = 0 } == "slots")
        #expect(problem { $0.needs = ["gpu": 0] } == "needs.gpu")
        #expect(problem { $0.limits = ["": 1] } == "limits")
        #expect(problem { $0.token = String(repeating: "x", count: 129) } == "token")
    }

    @Test("everything that was asked for is sent")
    func content() throws {
        let daemon = try ScriptedDaemon([[.read, .reply(Sample.submitted(1))]])
        var request = JobRequest(shell: "echo $A")
        request.queue = "build"
        request.name = "first"
        request.directory = "/srv"
        request.environment = ["A": "1"]
        request.priority = -5
        request.at = "2026-12-24T18:00:00+01:00"
        request.expires = .seconds(9)
        request.isHeld = true
        request.retries = 4
        request.backoff = .milliseconds(1500)
        request.retryOn = [1, 2]
        request.successCodes = [3]
        request.onInterrupt = .fail
        request.after = [4, 5]
        request.afterAny = [6]
        request.afterFail = [7]
        request.key = "k"
        request.onKeyConflict = .reject
        request.slots = 2
        request.needs = ["gpu": 1]
        request.limits = ["api": 3]
        request.timeout = .seconds(60)
        request.killAfter = .seconds(3)
        request.token = "t"
        _ = try JobClient(socket: daemon.socket).submit(request)
        let item = try #require(try SubmitCall(try daemon.calls()[0].parameters).jobs.first)
        let command = Command(
            arguments: ["/bin/sh", "-c", "echo $A"], directory: "/srv", environment: ["A": "1"])
        let spec = JobSpec(
            command: command, queue: try #require(QueueName("build")), name: "first", priority: -5,
            start: .at(try #require(Timestamp("2026-12-24T17:00:00Z"))), expires: .seconds(9), timeout: .seconds(60),
            killAfter: .seconds(3),
            retry: RetryRequest(
                retries: 4, backoff: .milliseconds(1500), exitCodes: [1, 2], successCodes: [3], onInterrupt: .fail),
            isHeld: true, key: UniqueKey("k", onConflict: .reject), slots: 2, needs: ["gpu": 1], limits: ["api": 3])
        let dependencies = [
            Dependency(on: JobID(rawValue: 4), condition: .succeeded),
            Dependency(on: JobID(rawValue: 5), condition: .succeeded),
            Dependency(on: JobID(rawValue: 6), condition: .ended),
            Dependency(on: JobID(rawValue: 7), condition: .failed),
        ]
        #expect(item == SubmitCall.Item(spec: spec, token: "t", dependencies: dependencies))
    }

    @Test("of several jobs the bad one is named by its place, and of a single one only the field")
    func place() throws {
        let bad = JobError.ofJob(index: 1, .noSuchQueue("fast", known: ["default"]))
        let daemon = try ScriptedDaemon([
            [.read, .fail(bad), .waitForEnd], [.read, .fail(.ofJob(index: 0, .noSuchDependency(JobID(rawValue: 9))))],
        ])
        let client = JobClient(socket: daemon.socket)
        let good = JobRequest(command: ["true"])
        #expect(throws: JobClientError.inJob(index: 1, .noSuchQueue("fast", known: ["default"]))) {
            try client.submit([good, good])
        }
        #expect(throws: JobClientError.noSuchDependency(9)) { try client.submit(good) }
        var wrong = good
        wrong.priority = 5000
        let problem = "must be an integer from -1000 to 1000"
        #expect(
            throws: JobClientError.inJob(index: 1, .invalidRequest(field: "priority", problem: problem))
        ) { try client.submit([good, wrong]) }
    }

    @Test("each of several jobs has an answer of its own where that was asked for")
    func partial() throws {
        let refusal = JobError.ofJob(index: 1, .tooManySlots(9, workers: 4)).varlinkError
        let answer = SubmitCall.Answer(jobs: [
            .success(.init(id: JobID(rawValue: 7), queue: "default", state: "held", existing: .key, isPaused: true)),
            .failure(refusal),
        ])
        let daemon = try ScriptedDaemon([[.read, .reply(answer.parameters)]])
        let client = JobClient(socket: daemon.socket)
        let results = try client.submitEach([JobRequest(command: ["true"]), JobRequest(command: [])])
        let stored = JobClient.Submitted(
            id: 7, queue: "default", state: .held, existing: .key, ahead: 0, isQueuePaused: true)
        #expect(results == [.success(stored), .failure(.tooManySlots(9, workers: 4))])
        let call = try daemon.calls()[0]
        #expect(call.parameters["partial"] == true)
        #expect(tokens(call).count == 2)
    }
}
