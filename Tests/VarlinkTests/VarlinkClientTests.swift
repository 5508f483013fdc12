import Foundation
import Kernel
import Testing
import Varlink

/// The client against services that say exactly what a test makes them say.
struct VarlinkClientTests {
    @Test("a call sends one message and gives the reply's parameters")
    func call() throws {
        let service = try ScriptedService([.read(messages: 1), .say(#"{"parameters":{"a":1}}"#), .waitForEnd])
        let client = try VarlinkClient(connectingTo: service.path)
        #expect(try client.call("a.b.C", ["x": 1]) == ["a": 1])
        client.close()
        #expect(try service.messages() == [#"{"method":"a.b.C","parameters":{"x":1}}"#])
    }

    @Test("an error reply is thrown, and the connection goes on")
    func error() throws {
        let service = try ScriptedService([
            .read(messages: 1), .say(#"{"error":"a.b.E","parameters":{"why":"so"}}"#), .read(messages: 1), .say("{}"),
            .waitForEnd,
        ])
        let client = try VarlinkClient(connectingTo: service.path)
        #expect(throws: VarlinkError("a.b.E", ["why": "so"])) { try client.call("a.b.C") }
        #expect(try client.call("a.b.D") == [:])
        client.close()
        #expect(try service.messages().count == 2)
    }

    @Test("a stream gives every reply and then its end")
    func stream() throws {
        let service = try ScriptedService([
            .read(messages: 1), .say(#"{"parameters":{"n":1},"continues":true}"#),
            .say(#"{"parameters":{"n":2},"continues":true}"#), .say(#"{"parameters":{"n":3}}"#), .read(messages: 1),
            .say("{}"), .waitForEnd,
        ])
        let client = try VarlinkClient(connectingTo: service.path)
        let stream = try client.callMore("a.b.C")
        #expect(try stream.next() == ["n": 1])
        #expect(throws: VarlinkClientError.outOfTurn("an earlier call is still to be answered")) {
            try client.call("a.b.D")
        }
        #expect(try stream.next() == ["n": 2])
        #expect(try stream.next() == ["n": 3])
        #expect(try stream.next() == nil)
        #expect(try client.call("a.b.D") == [:])
        client.close()
        #expect(try service.messages().first == #"{"method":"a.b.C","more":true}"#)
    }

    @Test("a stream that ends with an error throws it once")
    func streamError() throws {
        let service = try ScriptedService([
            .read(messages: 1), .say(#"{"continues":true}"#), .say(#"{"error":"a.b.E"}"#), .waitForEnd,
        ])
        let client = try VarlinkClient(connectingTo: service.path)
        let stream = try client.callMore("a.b.C")
        #expect(try stream.next() == [:])
        #expect(throws: VarlinkError("a.b.E")) { try stream.next() }
        #expect(try stream.next() == nil)
        client.close()
        _ = try service.messages()
    }

    @Test("calls sent together are answered in order; a oneway call has no reply")
    func pipelining() throws {
        let service = try ScriptedService([
            .read(messages: 4), .say(#"{"parameters":{"n":1}}"#), .say(#"{"error":"a.b.E"}"#),
            .say(#"{"parameters":{"n":3}}"#), .waitForEnd,
        ])
        let client = try VarlinkClient(connectingTo: service.path)
        try client.send(Call(method: "a.b.C"))
        try client.oneway("a.b.C")
        try client.send(Call(method: "a.b.C"))
        try client.send(Call(method: "a.b.C"))
        #expect(try client.receive() == .final(["n": 1]))
        #expect(try client.receive() == .error(VarlinkError("a.b.E")))
        #expect(try client.receive() == .final(["n": 3]))
        #expect(throws: VarlinkClientError.outOfTurn("there is no call left to be answered")) { try client.receive() }
        client.close()
        #expect(try service.messages()[1] == #"{"method":"a.b.C","oneway":true}"#)
    }

    @Test("no socket and nobody who listens are told apart")
    func cannotConnect() throws {
        let path = NSTemporaryDirectory() + "varlink-\(UUID().uuidString)"
        #expect(throws: VarlinkClientError.cannotConnect(path: path, code: ENOENT)) {
            try VarlinkClient(connectingTo: path)
        }
        // A socket whose listener is gone leaves its file behind.
        close(try UnixListener.bind(path: path, mode: 0o600).release())
        defer { unlink(path) }
        #expect(throws: VarlinkClientError.cannotConnect(path: path, code: ECONNREFUSED)) {
            try VarlinkClient(connectingTo: path)
        }
    }

    @Test("a service that hangs up in the middle of a reply is a lost connection")
    func lost() throws {
        let service = try ScriptedService([.read(messages: 1), .write(Array(#"{"parameters":"#.utf8))])
        let client = try VarlinkClient(connectingTo: service.path)
        #expect(throws: VarlinkClientError.connectionLost(code: nil)) { try client.call("a.b.C") }
        _ = try service.messages()
    }

    @Test(
        "what is no reply is refused",
        arguments: [
            "", "x", "[]", #"{"extra":1}"#, #"{"parameters":{"s":"\ud800"}}"#, #"{"parameters":{},"continues":true}"#,
        ])
    func badReply(text: String) throws {
        let service = try ScriptedService([.read(messages: 1), .say(text), .waitForEnd])
        let client = try VarlinkClient(connectingTo: service.path)
        #expect {
            try client.call("a.b.C")
        } throws: { error in
            if case .badReply? = error as? VarlinkClientError { true } else { false }
        }
        client.close()
        _ = try service.messages()
    }

    @Test("a wait ends at its deadline, and the reply can still be waited for")
    func timeout() throws {
        let service = try ScriptedService([.read(messages: 2), .say(#"{"parameters":{"n":1}}"#), .waitForEnd])
        let client = try VarlinkClient(connectingTo: service.path)
        try client.send(Call(method: "a.b.C"))
        #expect(throws: VarlinkClientError.timedOut) { try client.receive(within: .milliseconds(30)) }
        #expect(throws: VarlinkClientError.outOfTurn("an earlier call is still to be answered")) {
            try client.call("a.b.C")
        }
        try client.oneway("a.b.D")
        #expect(try client.receive(within: .seconds(20)) == .final(["n": 1]))
        client.close()
        _ = try service.messages()
    }

    @Test("closing from another thread wakes the one that waits")
    func closing() throws {
        let service = try ScriptedService([.read(messages: 1), .say(#"{"continues":true}"#), .waitForEnd])
        let client = try VarlinkClient(connectingTo: service.path)
        let stream = try client.callMore("a.b.C")
        _ = try stream.next()
        let closer = client.closer
        let thread = Thread { closer.close() }
        thread.start()
        #expect(throws: VarlinkClientError.connectionLost(code: nil)) { try stream.next() }
        _ = try service.messages()
    }

    @Test("a client that sends much more than the service reads takes in replies meanwhile")
    func noDeadlock() throws {
        // 16 MB of replies before anything is read: with both ends only writing, neither would come to an end.
        let reply = #"{"parameters":{"text":""# + String(repeating: "r", count: 1 << 16) + #""}}"#
        let count = 256
        let service = try ScriptedService(
            [.read(messages: 1)] + Array(repeating: .say(reply), count: count) + [
                .read(messages: count - 1), .waitForEnd,
            ])
        let client = try VarlinkClient(connectingTo: service.path)
        let text = JSONValue.string(String(repeating: "c", count: 1 << 13))
        for _ in 0..<count { try client.send(Call(method: "a.b.C", parameters: ["text": text]), within: .seconds(60)) }
        for _ in 0..<count {
            guard case .final = try client.receive(within: .seconds(60)) else {
                Issue.record("not a final reply")
                return
            }
        }
        client.close()
        #expect(try service.messages().count == count)
    }

    @Test("a reply of nearly 16 MiB is taken, a larger one is refused")
    func large() throws {
        func reply(_ size: Int) -> String { #"{"parameters":{"s":""# + String(repeating: "x", count: size) + #""}}"# }
        let service = try ScriptedService([
            .read(messages: 1), .say(reply(16_000_012)), .read(messages: 1), .say(reply(17_000_000)), .waitForEnd,
        ])
        let client = try VarlinkClient(connectingTo: service.path)
        #expect(try client.call("a.b.C")["s"]?.stringValue?.utf8.count == 16_000_012)
        #expect(throws: VarlinkClientError.badReply("a message may have at most 16777216 bytes")) {
            try client.call("a.b.C")
        }
        client.close()
        _ = try service.messages()
    }
}
