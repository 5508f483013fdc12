import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Clients of a real daemon")
struct ClientTests {
    @Test("rubbish, half a call and a client that goes away hurt nobody else")
    func rudeClients() throws {
        let daemon = try TestDaemon()
        for text in ["\u{1}\u{2}rubbish\0", "{\"method\":\"io.jobd.Jobs.Submit\"", "[]\0", "\0", "{\"method\":7}\0"] {
            let stream = try UnixStream.connect(to: daemon.socket)
            try stream.send(Array(text.utf8))
        }
        let call = "{\"method\":\"io.jobd.Jobs.Submit\",\"parameters\":{\"jobs\":[{\"command\":[\"true\"]}]}}\0"
        let leaver = try UnixStream.connect(to: daemon.socket)
        try leaver.send(Array(call.utf8))
        leaver.shutDown()
        #expect(try daemon.wait(for: [try daemon.submit("true")]).map(\.state) == [.succeeded])
    }

    @Test("the daemon describes itself: its interfaces and their methods")
    func introspection() throws {
        let daemon = try TestDaemon()
        let info = try daemon.call("org.varlink.service.GetInfo", [:])
        let interfaces = info["interfaces"]?.arrayValue?.compactMap(\.stringValue)
        #expect(interfaces == ["org.varlink.service", "io.jobd.Jobs", "io.jobd.Queues", "io.jobd.Daemon"])
        let reply = try daemon.call(
            "org.varlink.service.GetInterfaceDescription", ["interface": .string("io.jobd.Jobs")])
        let description = try InterfaceDescription(try #require(reply["description"]?.stringValue))
        let methods = [
            "Submit", "Get", "List", "Wait", "Cancel", "Hold", "Release", "Retry", "Edit", "Signal", "Pause", "Resume",
            "Why", "Logs",
        ]
        #expect(description.methodNames == methods)
    }

    @Test("the socket has its mode from birth, and the state folder is the owner's alone")
    func modes() throws {
        let daemon = try TestDaemon()
        let isRoot = geteuid() == 0
        #expect(try FileOwner(of: daemon.socket).mode == (isRoot ? 0o666 : 0o600))
        #expect(try FileOwner(of: daemon.state).mode == 0o700)
        #expect(try FileOwner(of: "\(daemon.state)/jobd.db").mode == 0o600)
    }

    @Test("a list comes in pages, newest first, and can be narrowed")
    func list() throws {
        let daemon = try TestDaemon()
        let good = try daemon.submit("true")
        let bad = try daemon.submit("false")
        let late = try daemon.submit([
            .init(spec: JobSpec(command: Command(arguments: ["true"]), name: "late", start: .after(.seconds(3600))))
        ])[0].id
        _ = try daemon.wait(for: [good, bad])
        func ids(_ call: ListCall) throws -> ([JobID], JobID?) {
            let answer = try ListCall.Answer(daemon.call(ListCall.method, call.parameters))
            return (answer.jobs.map(\.id), answer.next)
        }
        #expect(try ids(ListCall()) == ([late, bad, good], nil))
        #expect(try ids(ListCall(limit: 2)) == ([late, bad], bad))
        #expect(try ids(ListCall(before: bad, limit: 2)) == ([good], nil))
        #expect(try ids(ListCall(states: [.failed])) == ([bad], nil))
        #expect(try ids(ListCall(name: "late")) == ([late], nil))
    }

    @Test("a list has each job's last attempt, and Get all of them with its life")
    func attempts() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["false"]) {
            $0.retry = RetryRequest(retries: 104, backoff: .zero)
        }
        _ = try daemon.wait(for: [id])
        let listed = try #require(try ListCall.Answer(daemon.call(ListCall.method, [:])).jobs.first)
        #expect(listed.attemptCount == 105 && listed.attempts.map(\.number) == [105] && listed.details == nil)
        let job = try daemon.job(id)
        #expect(job.attempts.map(\.number) == Array(6...105))
        let details = try #require(job.details)
        #expect(details.history.count == 100 && details.historyCount > 200)
        #expect(details.history.last?.attempt == 105)
    }

    @Test("a list of jobs with huge commands comes in as many pages as fit into messages")
    func hugeCommands() throws {
        let daemon = try TestDaemon()
        let long = String(repeating: "\u{1}", count: 100_000)
        let command = Command(arguments: ["true"] + Array(repeating: long, count: 9), directory: "/")
        let item = SubmitCall.Item(spec: JobSpec(command: command, start: .after(.seconds(3600))))
        let ids = try (0..<5).map { _ in try daemon.submit([item])[0].id }
        var seen: [JobID] = []
        var before: JobID?
        repeat {
            let call = ListCall(before: before)
            let answer = try ListCall.Answer(daemon.call(ListCall.method, call.parameters))
            seen += answer.jobs.map(\.id)
            before = answer.next
        } while before != nil
        #expect(seen == ids.reversed())
    }

    @Test("a log can be followed while the job prints, also bytes that are no text")
    func follow() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()

        let id = try daemon.submit("sh", "-c", "echo first; cat \(gate); printf 'a\\000\\377b\\n'")
        let client = try daemon.connect()
        defer { client.close() }
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id, follow: true).parameters)
        var lines: [LogLine] = []
        while lines.isEmpty {
            lines += try LogsCall.Answer(try #require(try stream.next(within: TestDaemon.patience))).lines
        }
        #expect(lines.map(\.text) == [Array("first".utf8)])
        try daemon.open(gate: gate)
        while let reply = try stream.next(within: TestDaemon.patience) { lines += try LogsCall.Answer(reply).lines }
        #expect(lines.last?.text == [0x61, 0x00, 0xFF, 0x62])
    }

    @Test("status tells of the daemon and its queues")
    func status() throws {
        let daemon = try TestDaemon(configuration: "[queues.build]\nworkers = 3\ntimeout = \"1h\"")
        let done = try daemon.submit("true")
        _ = try daemon.wait(for: [done])
        let status = try StatusCall.Answer(daemon.call(StatusCall.method, [:]))
        #expect(status.pid == Int(daemon.process))
        #expect(status.state == .running)
        #expect(status.queues.map(\.name) == ["build", "default"])
        #expect(status.queues[0].workers == 3)
        #expect(status.queues[0].timeout == .seconds(3600))
        #expect(status.queues[1].counts[.succeeded] == 1)
    }

    @Test("the status line for the service manager is true")
    func statusLine() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit("sh", "-c", "echo ready; exec sleep 600", killAfter: .milliseconds(100))
        try daemon.waitForLine("ready", of: id)
        #expect(try daemon.waitForNotification("STATUS=running 1") == "STATUS=running 1, waiting 0")
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
        try daemon.waitForNotification("STATUS=running 0")
    }
}
