import JobProtocol
import Jobs
import Testing
import Varlink

/// What jobs printed, over the socket.
struct LogsTests {
    private func texts(_ stream: ReplyStream) throws -> [String] {
        var texts: [String] = []
        while let reply = try stream.next(within: TestDaemon.patience) {
            texts += try LogsCall.Answer(reply).lines.map { String(decoding: $0.text, as: UTF8.self) }
        }
        return texts
    }

    @Test("an offset that counts from the end gives the last lines, and following goes on from there")
    func fromTheEnd() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "echo one; echo two; echo ready; cat \(gate); echo three")
        try daemon.waitForLine("ready", of: id)
        let client = try daemon.connect()
        defer { client.close() }
        let part = try LogsCall.Answer(client.call(LogsCall.method, LogsCall(id: id, offset: -60).parameters))
        #expect(part.lines.map { String(decoding: $0.text, as: UTF8.self) } == ["ready"])
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id, offset: -60, follow: true).parameters)
        let begin = try LogsCall.Answer(try #require(try stream.next(within: TestDaemon.patience)))
        #expect(begin.lines == part.lines)
        try daemon.open(gate: gate)
        #expect(try texts(stream) == ["three"])
    }

    @Test("who follows from the end a job that has printed nothing sees everything, of later attempts too")
    func fromTheEndOfNothing() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let id = try daemon.submit(["sh", "-c", "cat \(gate); echo a$JOBD_ATTEMPT; test $JOBD_ATTEMPT = 2"]) {
            $0.retry = RetryRequest(retries: 1, backoff: .milliseconds(5))
        }
        try daemon.waitForState(.running, of: id)
        let client = try daemon.connect()
        defer { client.close() }
        let call = LogsCall(id: id, offset: -1_000, follow: true, later: true)
        let stream = try client.callMore(LogsCall.method, call.parameters)
        try daemon.open(gate: gate)
        let first = try LogsCall.Answer(try #require(try stream.next(within: TestDaemon.patience)))
        #expect(first.lines.map { String(decoding: $0.text, as: UTF8.self) } == ["a1"])
        try daemon.open(gate: gate)
        #expect(try texts(stream) == ["a2"])
    }

    @Test("who follows a flood and does not read holds up neither the job nor the daemon")
    func slowReader() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\noutput_limit = \"4MiB\"")
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "cat \(gate); yes | head -c 8000000")
        try daemon.waitForState(.running, of: id)
        let client = try daemon.connect()
        defer { client.close() }
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id, follow: true).parameters)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
        #expect(try daemon.wait(for: [daemon.submit("true")]).map(\.state) == [.succeeded])
        // And then reads: what was kept is all there, and the word that more was printed.
        let lines = try texts(stream)
        #expect(lines.dropLast().allSatisfy { $0 == "y" })
        #expect(lines.count > 90_000)
        #expect(lines.last?.contains("limit of") == true)
    }
}
