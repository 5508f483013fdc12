import Foundation
import Kernel
import Testing
import Varlink
import VarlinkServer

/// Clients that read too little, write too little, or write rubbish.
@Suite(.serialized)
struct SlowClientTests {
    private static func echo(_ text: String) -> String {
        #"{"method":"org.example.test.Echo","parameters":{"text":"\#(text)"}}"# + "\0"
    }

    private static func isServed(_ server: TestServer) throws -> Bool {
        let client = try VarlinkClient(connectingTo: server.path)
        return try client.call("org.example.test.Echo", ["text": "x"], within: .seconds(20)) == ["text": "x"]
    }

    @Test("a client that sends byte by byte is served, and so is everybody else meanwhile")
    func byteByByte() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        for byte in Self.echo("slow").utf8 {
            #expect(client.sendWhatFits([byte]) == 1)
            server.settle()
        }
        #expect(try Self.isServed(server))
        #expect(try client.messages(1) == [#"{"parameters":{"text":"slow"}}"#])
        try server.end()
    }

    @Test("a client that never reads is not read from any more, and gets everything when it reads")
    func neverReads() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        let call = Array(Self.echo(String(repeating: "x", count: 1_000)).utf8)
        let (whole, rest) = try Self.sendUntilStuck(client, call, server)
        // What the socket's buffers hold on both ends, and what the server may keep: far from all of it.
        #expect(whole < 20_000)
        #expect(try Self.isServed(server))
        let sender = Thread { try? client.send(String(decoding: rest, as: UTF8.self)) }
        sender.start()
        let replies = try client.messages(whole + 1)
        #expect(replies.count == whole + 1 && Set(replies).count == 1)
        try server.end()
    }

    /// Sends a call again and again until the server does not take it any more.
    ///
    /// - Returns: how many went out whole, and what is left of the last.
    private static func sendUntilStuck(
        _ client: RawConnection, _ call: [UInt8], _ server: TestServer
    ) throws -> (whole: Int, rest: ArraySlice<UInt8>) {
        var whole = 0
        var rest = call[...]
        var refusals = 0
        while refusals < 50, whole < 100_000 {
            let sent = client.sendWhatFits(Array(rest))
            // Only a server that is quiet says that it will take no more.
            refusals = sent == 0 ? refusals + 1 : 0
            if sent == 0 { server.settle() }
            rest = rest.dropFirst(sent)
            if rest.isEmpty {
                whole += 1
                rest = call[...]
            }
        }
        return (whole, rest)
    }

    @Test("a stream pauses while its client does not read, goes on when it does, and ends when it goes")
    func flood() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        let stream = try client.callMore("org.example.test.Flood")
        #expect(try stream.next(within: .seconds(20)) == ["n": 1])
        var paused = -1
        while paused != server.flooded.value {
            paused = server.flooded.value
            server.settle()
        }
        // At about 45 bytes an item this is what the bound and the socket's buffer hold.
        #expect(paused < 40_000)
        for number in 2...(paused + 10_000) {
            #expect(try stream.next(within: .seconds(20)) == ["n": JSONValue(number)])
        }
        client.close()
        #expect(server.gone.wait(for: 1))
        server.settle()
        let end = server.flooded.value
        server.settle()
        #expect(server.flooded.value == end)
        try server.end()
    }

    @Test("a stream that does not pause for its slow client costs it the connection, not the server its memory")
    func piledUp() throws {
        var limits = ServerLimits()
        limits.closeAtOutboundBytes = 1 << 20
        let server = try TestServer(limits: limits)
        let client = try RawConnection(server.path)
        try client.send(#"{"method":"org.example.test.Later","parameters":{"text":"a"},"more":true}"# + "\0")
        let call = try server.held.take(1)[0]
        let text = JSONValue.string(String(repeating: "x", count: 10_000))
        for _ in 0..<300 { call.stream(["text": text]) }
        #expect(server.gone.wait(for: 1))
        #expect(try client.messagesUntilEnd().count < 300)
        #expect(try Self.isServed(server))
        try server.end()
    }

    @Test("replies that pile up behind an unanswered call cost the connection too")
    func piledUpBehind() throws {
        var limits = ServerLimits()
        limits.closeAtOutboundBytes = 1 << 20
        let server = try TestServer(limits: limits)
        let client = try RawConnection(server.path)
        for _ in 0..<201 { try client.send(#"{"method":"org.example.test.Later","parameters":{"text":"a"}}"# + "\0") }
        let calls = try server.held.take(201)
        let text = JSONValue.string(String(repeating: "x", count: 10_000))
        for call in calls.dropFirst() { call.reply(["text": text]) }
        #expect(try client.messagesUntilEnd() == [])
        try server.end()
    }

    @Test("what waits for a user is bounded in its sum; the connection that goes over is closed")
    func piledUpTogether() throws {
        var limits = ServerLimits()
        limits.unsentBytesPerUser = 1 << 20
        let server = try TestServer(limits: limits)
        let text = JSONValue.string(String(repeating: "x", count: 10_000))
        /// A connection on which 400 kB wait for the answer to the call before them.
        func pileUp() throws -> (client: RawConnection, first: IncomingCall) {
            let client = try RawConnection(server.path)
            let call = #"{"method":"org.example.test.Later","parameters":{"text":"a"}}"# + "\0"
            for _ in 0..<41 { try client.send(call) }
            let calls = try server.held.take(41)
            for call in calls.dropFirst() { call.reply(["text": text]) }
            server.settle()
            return (client, calls[0])
        }
        let (one, other, last) = (try pileUp(), try pileUp(), try pileUp())
        #expect(try last.client.messagesUntilEnd() == [])
        #expect(try Self.isServed(server))
        // What is read makes room.
        one.first.reply(["text": "first"])
        #expect(try one.client.messages(41).count == 41)
        let again = try pileUp()
        again.first.reply(["text": "first"])
        #expect(try again.client.messages(41).count == 41)
        other.first.reply(["text": "first"])
        #expect(try other.client.messages(41).count == 41)
        last.first.reply()
        try server.end()
    }

    @Test("a user's half messages are bounded in their sum; the connection that goes over is closed")
    func halfMessages() throws {
        var limits = ServerLimits()
        limits.unreadBytesPerUser = 1 << 20
        let server = try TestServer(limits: limits)
        let half = String(repeating: "x", count: 300_000)
        var clients: [RawConnection] = []
        for _ in 0..<3 {
            let client = try RawConnection(server.path)
            try client.send(half)
            clients.append(client)
        }
        server.settle()
        let last = try RawConnection(server.path)
        // The server may hang up before all is sent.
        try? last.send(half)
        #expect(try last.messagesUntilEnd() == [])
        #expect(try Self.isServed(server))
        #expect(try !clients[0].waitReadable(within: .milliseconds(20)))
        // What a closed connection took up is free again.
        clients.removeAll()
        let again = try RawConnection(server.path)
        try again.send(half)
        server.settle()
        #expect(try !again.waitReadable(within: .milliseconds(20)))
        try server.end()
    }

    @Test("rubbish and half frames from many hurt nobody else", arguments: 1...3 as ClosedRange<UInt64>)
    func rubbish(seed: UInt64) throws {
        let server = try TestServer()
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random >> 33
        }
        let good = Array(Self.echo("a").utf8)
        for _ in 0..<300 {
            let client = try RawConnection(server.path)
            var bytes: [UInt8] = []
            for _ in 0..<(next() % 4) { bytes += good }
            if next() % 2 == 0 { bytes += (0..<(next() % 300)).map { _ in UInt8(truncatingIfNeeded: next()) } }
            if next() % 2 == 0 { bytes += good.prefix(Int(next() % 80)) }
            if !bytes.isEmpty, next() % 2 == 0 { bytes[Int(next()) % bytes.count] = UInt8(truncatingIfNeeded: next()) }
            _ = client.sendWhatFits(bytes)
            switch next() % 3 {
            case 0: client.finishSending()
            case 1: shutdown(client.descriptor, Int32(SHUT_RD))
            default: break
            }
        }
        #expect(try Self.isServed(server))
        try server.end()
    }
}
