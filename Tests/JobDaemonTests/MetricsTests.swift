import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Metrics of a real daemon")
struct MetricsTests {
    private func metrics(_ daemon: TestDaemon) throws -> OpenMetricsParser {
        try OpenMetricsParser(MetricsCall.Answer(daemon.call(MetricsCall.method, [:])).text)
    }

    /// Sends a request to a socket at a path, and reads until the other end closes.
    private func fetch(_ path: String, _ request: String) throws -> String {
        let stream = try UnixStream.connect(to: path)
        try stream.send(Array(request.utf8))
        return try read(stream)
    }

    private func read(_ stream: borrowing UnixStream) throws -> String {
        var answer: [UInt8] = []
        var poller = Poller()
        poller.add(stream.descriptor.rawValue, for: .reading)
        while try poller.wait(until: .now + TestDaemon.patience) {
            guard let bytes = try stream.descriptor.read(upTo: 65_536), !bytes.isEmpty else {
                return String(decoding: answer, as: UTF8.self)
            }
            answer += bytes
        }
        throw TestFailure("the connection was not closed")
    }

    private static let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test("what happens to jobs is counted, by queue")
    func counts() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2\n[queues.other]\nworkers = 1")
        let good = try daemon.submit("true")
        let bad = try daemon.submit(["false"]) { $0.retry = RetryRequest(retries: 1, backoff: .milliseconds(1)) }
        let other = try daemon.submit(["true"]) { $0.queue = QueueName("other")! }
        _ = try daemon.wait(for: [good, bad, other])
        let held = try daemon.submit(["true"]) { $0.isHeld = true }
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [held]).parameters)
        let gate = daemon.gate()
        let running = try daemon.submit("cat", gate)
        try daemon.waitForState(.running, of: running)

        let seen = try metrics(daemon)
        func total(_ name: String, _ queue: String = "default") -> Double? {
            seen.value("jobd_\(name)_total", ["queue": queue])
        }
        #expect(total("jobs_submitted") == 4 && total("jobs_submitted", "other") == 1)
        #expect(total("attempts_started") == 4 && total("attempts_started", "other") == 1)
        #expect(total("jobs_succeeded") == 1 && total("jobs_succeeded", "other") == 1)
        #expect(total("jobs_failed") == 1 && total("jobs_failed", "other") == 0)
        #expect(total("attempts_retried") == 1 && total("attempts_lost") == 0)
        #expect(total("jobs_cancelled") == 1)
        #expect(seen.value("jobd_jobs", ["queue": "default", "state": "running"]) == 1)
        #expect(seen.value("jobd_jobs", ["queue": "default", "state": "failed"]) == 1)
        #expect(seen.value("jobd_start_latency_seconds_count", ["queue": "default"]) == 3)
        #expect(seen.value("jobd_attempt_duration_seconds_count", ["queue": "default"]) == 3)
        #expect(seen.value("jobd_commit_duration_seconds_count") ?? 0 >= 5)
        #expect(seen.value("jobd_queue_workers", ["queue": "default"]) == 2)
        #expect(seen.value("jobd_connections") ?? 0 >= 1)
        #expect(seen.value("jobd_store_bytes") ?? 0 > 0)
        #expect(seen.value("process_resident_memory_bytes") ?? 0 > 1_048_576)
        #expect(seen.value("jobd_build_info", ["version": Version.text]) == 1)

        daemon.signal(SIGKILL)
        _ = try daemon.waitForExit()
        try daemon.start()
        #expect(try metrics(daemon).value("jobd_attempts_lost_total", ["queue": "default"]) == 1)
    }

    @Test("they can be fetched over HTTP where the configuration says, and nowhere else")
    func http() throws {
        let daemon = try TestDaemon()
        let path = "\(daemon.folder)/metrics.sock"
        #expect(throws: SystemError.self) { _ = try fetch(path, Self.request) }
        let configuration = "\(daemon.folder)/jobd.toml"
        try FileWriting.write("[metrics]\nlisten = \"\(path)\"", to: configuration)
        let changes = try ReloadCall.Answer(daemon.call(ReloadCall.method, [:])).changes
        #expect(changes == ["metrics.listen: not set → \(path)"])

        let parts = try fetch(path, Self.request).split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[0].hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(parts[0].contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"))
        #expect(try OpenMetricsParser(String(parts[1])).value("jobd_draining") == 0)
        #expect(try fetch(path, "GET /x HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(try fetch(path, "PUT /metrics HTTP/1.0\r\n\r\n").contains("\r\nAllow: GET\r\n"))
        #expect(try fetch(path, String(repeating: "x", count: 100_000)).hasPrefix("HTTP/1.1 431 "))

        try FileWriting.write("", to: configuration)
        _ = try daemon.call(ReloadCall.method, [:])
        #expect(throws: SystemError.self) { _ = try fetch(path, Self.request) }
        #expect(access(path, F_OK) != 0)
    }

    @Test("a client that is slow is ended, and others are answered meanwhile, though there are many of them")
    func slowClients() throws {
        let path = "/tmp/jobd-metrics-\(getpid()).sock"
        let daemon = try TestDaemon(configuration: "[metrics]\nlisten = \"\(path)\"")
        let slow = try UnixStream.connect(to: path)
        try slow.send(Array("GET /metr".utf8))
        #expect(try fetch(path, Self.request).hasPrefix("HTTP/1.1 200 "))
        var idle: [Int32] = []
        defer { for socket in idle { close(socket) } }
        for _ in 0..<20 { idle.append(try UnixStream.connect(to: path).release()) }
        // Who comes when all places are taken waits until their time is over, and no longer.
        #expect(try fetch(path, Self.request).hasPrefix("HTTP/1.1 200 "))
        #expect(try read(slow).hasPrefix("HTTP/1.1 408 "))
        let seen = try metrics(daemon)
        #expect(seen.value("process_open_fds") ?? 0 < 60)
    }

    @Test("a stock HTTP client fetches them over TCP")
    func tcp() throws {
        let port = 20_000 + Int(getpid()) % 10_000
        let daemon = try TestDaemon(configuration: "[metrics]\nlisten = \"127.0.0.1:\(port)\"")
        let script = """
            import sys, urllib.request
            answer = urllib.request.urlopen("http://127.0.0.1:\(port)/metrics", timeout=30)
            assert answer.status == 200 and answer.headers["Connection"] == "close"
            sys.stderr.write(answer.read().decode())
            """
        let file = "\(daemon.folder)/answer"
        let client = try TestProgram.start(["python3", "-c", script], environment: [], errors: file)
        #expect(try TestProgram.waitForExit(of: client, within: TestDaemon.patience) == 0)
        let text = String(decoding: try FileContent.read(file), as: UTF8.self)
        #expect(try OpenMetricsParser(text).value("jobd_draining") == 0)
    }

    @Test("an address that is taken fails a reload, and a start only says so: jobs run all the same")
    func takenAddress() throws {
        let first = try TestDaemon()
        let path = "\(first.folder)/metrics.sock"
        let configuration = "[metrics]\nlisten = \"\(path)\""
        try FileWriting.write(configuration, to: "\(first.folder)/jobd.toml")
        _ = try first.call(ReloadCall.method, [:])

        let second = try TestDaemon(configuration: configuration)
        #expect(try second.wait(for: [second.submit("true")]).map(\.state) == [.succeeded])
        let findings = try ExamineCall.Answer(second.call(ExamineCall.method, [:])).findings
        let finding = findings.first { $0.subject == "metrics" }
        #expect(finding?.verdict == .problem && finding?.sentence.contains(path) == true)
        let problems = try StatusCall.Answer(second.call(StatusCall.method, [:])).problems
        #expect(problems.last?.sentence.contains("metrics cannot be had at \(path)") == true)

        let third = try TestDaemon()
        try FileWriting.write(configuration, to: "\(third.folder)/jobd.toml")
        #expect(throws: VarlinkError.self) { _ = try third.call(ReloadCall.method, [:]) }
        #expect(try fetch(path, Self.request).hasPrefix("HTTP/1.1 200 "))
    }

    @Test("an address that other machines reach is refused with the reason")
    func foreignAddress() throws {
        let daemon = try TestDaemon()
        try FileWriting.write("[metrics]\nlisten = \"0.0.0.0:9847\"", to: "\(daemon.folder)/jobd.toml")
        let error = #expect(throws: VarlinkError.self) { _ = try daemon.call(ReloadCall.method, [:]) }
        let problems = error?.parameters["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(problems.first?.contains(":2: metrics.listen must be an address of this machine itself") == true)
    }
}

extension UnixStream {
    /// Gives the open socket away; the receiver must close it.
    fileprivate consuming func release() -> Int32 { dup(descriptor.rawValue) }
}
