import Foundation
import Kernel
import Testing
import Threading
import Varlink
import VarlinkServer

/// Calls that come together, and answers that are given together.
@Suite(.serialized)
struct BatchTests {
    private static func calls(_ method: String, _ count: Int) -> String {
        String(repeating: #"{"method":"org.example.test.\#(method)","parameters":{"text":"x"}}"# + "\0", count: count)
    }

    @Test("calls that come together start between one begin and one end, also after answers made room for them")
    func calls() throws {
        let rounds = Monitor<[String]>([])
        var limits = ServerLimits()
        limits.callsInFlight = 3
        let server = try TestServer(
            limits: limits,
            batching: CallBatching(
                begin: { rounds.withLock { $0.append("begin") } }, end: { rounds.withLock { $0.append("end") } }))
        let client = try RawConnection(server.path)
        try client.send(Self.calls("Later", 5))
        let first = try server.held.take(3)
        server.settle()
        #expect(rounds.withLock { $0 } == ["begin", "end"])
        server.server.answerTogether { for call in first { call.echo() } }
        for call in try server.held.take(2) { call.echo() }
        #expect(try client.messages(5).count == 5)
        server.settle()
        #expect(rounds.withLock { $0 } == ["begin", "end", "begin", "end"])
        try server.end()
    }

    @Test("parameters that were taken are not kept, and the call can be answered as before")
    func takenParameters() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(Self.calls("Later", 1))
        let call = try #require(try server.held.take(1).first)
        #expect(call.parameters == ["text": "x"])
        #expect(call.takeParameters() == ["text": "x"])
        #expect(call.parameters.isEmpty)
        call.reply(["text": "y"])
        #expect(try client.messages(1).first == #"{"parameters":{"text":"y"}}"#)
        try server.end()
    }

    @Test("answers that are given together are sent when all of them are given")
    func answers() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        let other = try RawConnection(server.path)
        try client.send(Self.calls("Later", 2))
        let calls = try server.held.take(2)
        var later: [IncomingCall] = []
        server.server.answerTogether {
            calls[0].echo()
            // The I/O thread is at work meanwhile, and has nothing to send.
            try? other.send(Self.calls("Later", 1))
            later = (try? server.held.take(1)) ?? []
            #expect(later.count == 1)
            #expect((try? client.waitReadable(within: .zero)) == false)
            calls[1].echo()
        }
        #expect(try client.messages(2).count == 2)
        for call in later { call.echo() }
        try server.end()
    }
}
