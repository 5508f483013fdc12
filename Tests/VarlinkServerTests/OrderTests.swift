import Foundation
import Kernel
import Testing
import Varlink
import VarlinkServer

/// Calls and replies of one connection over a real socket.
@Suite(.serialized)
struct OrderTests {
    private static func call(_ method: String, _ text: String, mode: Call.Mode = .single) -> Call {
        Call(method: "org.example.test.\(method)", parameters: ["text": "\(text)"], mode: mode)
    }

    private static func texts(_ client: VarlinkClient, _ count: Int) throws -> [String] {
        try (0..<count).map { _ in
            guard case .final(let parameters) = try client.receive(within: .seconds(20)) else { return "?" }
            return parameters["text"]?.stringValue ?? "?"
        }
    }

    @Test("calls answered by another thread in any order are replied to in theirs")
    func order() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        for index in 0..<50 { try client.send(Self.call(index % 7 == 3 ? "Echo" : "Later", "\(index)")) }
        for call in try server.held.take(43).reversed() { call.echo() }
        #expect(try Self.texts(client, 50) == (0..<50).map(String.init))
        try server.end()
    }

    @Test("a lone call begins after all before it and ends before any behind it")
    func alone() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        for (method, text) in [("Later", "1"), ("Later", "2"), ("Alone", "3"), ("Later", "4"), ("Echo", "5")] {
            try client.send(Self.call(method, text))
        }
        let first = try server.held.take(2)
        server.settle()
        #expect(server.held.count == 0)
        first[1].echo()
        server.settle()
        #expect(server.held.count == 0)
        first[0].echo()
        let alone = try server.held.take(1)[0]
        #expect(alone.parameters["text"] == "3")
        server.settle()
        #expect(server.held.count == 0)
        alone.echo()
        try server.held.take(1)[0].echo()
        #expect(try Self.texts(client, 5) == ["1", "2", "3", "4", "5"])
        try server.end()
    }

    @Test("at most so many calls of a connection are in flight; the rest comes when they are answered")
    func inFlight() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        let sender = Thread {
            for index in 0..<5_000 {
                try? client.send(
                    #"{"method":"org.example.test.Later","parameters":{"text":"\#(index)"}}"# + "\0")
            }
        }
        sender.start()
        let other = try VarlinkClient(connectingTo: server.path)
        var answered = 0
        while answered < 5_000 {
            let count = min(1_024, 5_000 - answered)
            let calls = try server.held.take(count)
            // Whatever else was sent has had its chance to come in.
            #expect(try other.call("org.example.test.Echo", ["text": "x"]) == ["text": "x"])
            #expect(server.held.count == 0)
            for call in calls { call.echo() }
            answered += count
        }
        let replies = try client.messages(5_000)
        #expect(replies == (0..<5_000).map { #"{"parameters":{"text":"\#($0)"}}"# })
        try server.end()
    }

    @Test("a client that says it will send no more still gets its replies")
    func halfClosed() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(#"{"method":"org.example.test.Alone","parameters":{"text":"a"}}"# + "\0")
        try client.send(#"{"method":"org.example.test.Alone","parameters":{"text":"b"}}"# + "\0")
        client.finishSending()
        try server.held.take(1)[0].echo()
        try server.held.take(1)[0].echo()
        #expect(try client.messagesUntilEnd() == [#"{"parameters":{"text":"a"}}"#, #"{"parameters":{"text":"b"}}"#])
        #expect(server.gone.value == 0)
        try server.end()
    }

    @Test("oneway calls are carried out in order also when their client goes at once")
    func oneway() throws {
        var limits = ServerLimits()
        // So that most of them have not been taken in when the client goes.
        limits.callsInFlight = 10
        let server = try TestServer(limits: limits)
        let client = try VarlinkClient(connectingTo: server.path)
        for index in 0..<150 { try client.oneway("org.example.test.Alone", ["text": "\(index)"]) }
        client.close()
        for index in 0..<150 {
            let call = try server.held.take(1)[0]
            #expect(call.parameters["text"] == "\(index)" && call.isOneway)
            call.echo()
        }
        try server.end()
    }

    @Test("a call that is let go without an answer fails, and the connection goes on")
    func dropped() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        #expect(throws: VarlinkError("org.example.test.InternalError", ["reason": "the service dropped the call"])) {
            try client.call("org.example.test.Drop", within: .seconds(20))
        }
        try client.send(Self.call("Later", "a"))
        _ = try server.held.take(1)
        #expect(throws: VarlinkError.self) {
            if case .error(let error) = try client.receive(within: .seconds(20)) { throw error }
        }
        #expect(try client.call("org.example.test.Echo", ["text": "b"]) == ["text": "b"])
        try server.end()
    }

    @Test("only the first answer to a call counts")
    func twice() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        try client.send(Self.call("Later", "a", mode: .more))
        let call = try server.held.take(1)[0]
        call.echo()
        call.fail(.permissionDenied)
        call.stream(["text": "late"])
        call.reply(["text": "late"])
        #expect(try Self.texts(client, 1) == ["a"])
        #expect(try client.call("org.example.test.Echo", ["text": "b"]) == ["text": "b"])
        try server.end()
    }

    @Test("a stream that one thread feeds and another ends comes to an end, and its items do not stray")
    func feedAndEnd() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        for round in 0..<200 {
            let stream = try client.callMore("org.example.test.Later", ["text": "\(round)"])
            let call = try server.held.take(1)[0]
            let feeder = Thread { for _ in 0..<20 { call.stream(["round": JSONValue(round)]) } }
            feeder.start()
            call.reply(["end": JSONValue(round)])
            while let item = try stream.next(within: .seconds(20)) {
                #expect(item == ["round": JSONValue(round)] || item == ["end": JSONValue(round)])
            }
        }
        try server.end()
    }

    @Test("the service is told when a client goes away from a call, once, and not when the call was answered")
    func gone() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        try client.send(Self.call("Later", "a"))
        try client.send(Self.call("Later", "b"))
        let calls = try server.held.take(2)
        calls[0].echo()
        #expect(try Self.texts(client, 1) == ["a"])
        client.close()
        #expect(server.gone.wait(for: 1))
        // Asked after the fact it is told as well.
        let late = Counter()
        calls[1].onClose { late.add() }
        #expect(late.wait(for: 1))
        let writable = Counter()
        calls[1].whenWritable { writable.add() }
        #expect(writable.wait(for: 1))
        #expect(!calls[1].canSend)
        calls[1].echo()
        server.settle()
        #expect(server.gone.value == 1)
        try server.end()
    }

    @Test("who calls is what the kernel says")
    func peer() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        #expect(
            try client.call("org.example.test.Who") == [
                "user": JSONValue(Int(getuid())), "group": JSONValue(Int(getgid())),
                "process": JSONValue(Int(getpid())),
            ])
        try server.end()
    }
}
