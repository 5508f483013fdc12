import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Retries by a real daemon")
struct RetryTests {
    /// Ends badly with that code until so many attempts have begun.
    private func failing(_ code: Int, until attempts: Int) -> [String] {
        ["sh", "-c", "echo try $JOBD_ATTEMPT; [ $JOBD_ATTEMPT -ge \(attempts) ] || exit \(code)"]
    }

    private func run(_ daemon: TestDaemon, _ command: [String], _ retry: RetryRequest) throws -> JobView {
        let id = try daemon.submit(command) { $0.retry = retry }
        return try #require(try daemon.wait(for: [id]).first)
    }

    private let quick = Duration.milliseconds(5)

    @Test("a job that fails is tried again so often, and no more")
    func retries() throws {
        let daemon = try TestDaemon()
        let good = try run(daemon, failing(1, until: 3), RetryRequest(retries: 2, backoff: quick))
        #expect(good.state == .succeeded)
        #expect(good.attempts.map(\.exitCode) == [1, 1, 0])
        let bad = try run(daemon, failing(1, until: 9), RetryRequest(retries: 2, backoff: quick))
        #expect(bad.state == .failed && bad.attemptCount == 3 && bad.failure == "exited")
    }

    @Test("a queue's retries are those of jobs that name none")
    func queueDefault() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nretries = 1\nbackoff = \"5ms\"")
        #expect(try run(daemon, failing(1, until: 9), RetryRequest()).attemptCount == 2)
        #expect(try run(daemon, failing(1, until: 9), RetryRequest(retries: 0)).attemptCount == 1)
    }

    @Test("only codes of --retry-on are tried again, and 75 always")
    func retryOn() throws {
        let daemon = try TestDaemon()
        let policy = RetryRequest(retries: 1, backoff: quick, exitCodes: [7])
        #expect(try run(daemon, failing(7, until: 2), policy).state == .succeeded)
        #expect(try run(daemon, failing(8, until: 2), policy).attemptCount == 1)
        #expect(try run(daemon, failing(75, until: 2), policy).state == .succeeded)
    }

    @Test("a code of --success-codes is success, and can be seen")
    func successCodes() throws {
        let daemon = try TestDaemon()
        let job = try run(daemon, ["sh", "-c", "exit 3"], RetryRequest(retries: 5, successCodes: [3]))
        #expect(job.state == .succeeded && job.exitCode == 3 && job.reason == nil && job.attemptCount == 1)
    }

    @Test("a failed job can be retried under its number, with all its retries")
    func again() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(failing(1, until: 4)) { $0.retry = RetryRequest(retries: 1, backoff: quick) }
        #expect(try daemon.wait(for: [id]).map(\.state) == [.failed])
        #expect(try daemon.change(RetryCall.self, id) == .done(state: "ready"))
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded && job.attemptCount == 4)
        #expect(try daemon.job(id).details?.history.contains { $0.event == "retried" } == true)
    }

    @Test("a job that has not ended cannot be retried, and says so")
    func tooEarly() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) { $0.isHeld = true }
        let refusal = ChangeAnswer.Refusal(
            reason: "notPossible", sentence: "it is held, and has not ended", state: "held")
        #expect(try daemon.change(RetryCall.self, id) == .refused(refusal))
        #expect(try daemon.change(RetryCall.self, JobID(rawValue: 99)) == .unknown)
    }

    @Test("who follows a job sees what all its attempts print")
    func followed() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let id = try daemon.submit([
            "sh", "-c", "echo try $JOBD_ATTEMPT; [ $JOBD_ATTEMPT = 3 ] || exit 1; cat \(gate); echo end",
        ]) { $0.retry = RetryRequest(retries: 2, backoff: quick) }
        let client = try daemon.connect()
        defer { client.close() }
        let call = LogsCall(id: id, attempt: 1, follow: true, later: true)
        let stream = try client.callMore(LogsCall.method, call.parameters)
        var seen: [String] = []
        while let reply = try stream.next(within: TestDaemon.patience) {
            let answer = try LogsCall.Answer(reply)
            seen += answer.lines.map { "\(answer.attempt): \(String(decoding: $0.text, as: UTF8.self))" }
            if seen.last == "3: try 3" { try daemon.open(gate: gate) }
        }
        #expect(seen == ["1: try 1", "2: try 2", "3: try 3", "3: end"])
    }

    @Test("who follows one attempt sees only that, and its end")
    func oneAttempt() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(failing(1, until: 2)) {
            $0.retry = RetryRequest(retries: 1, backoff: .seconds(80_000_000))
        }
        try daemon.waitForState(.scheduled, of: id)
        let client = try daemon.connect()
        defer { client.close() }
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id, follow: true).parameters)
        var seen: [String] = []
        while let reply = try stream.next(within: TestDaemon.patience) {
            seen += try LogsCall.Answer(reply).lines.map { String(decoding: $0.text, as: UTF8.self) }
        }
        #expect(seen == ["try 1"])
    }
}
