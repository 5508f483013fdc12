import Foundation
import Testing
import Varlink
import VarlinkServer

/// What a server answers to each thing that real peers were seen to send (and systemd's servers to answer).
@Suite(.serialized)
struct ConformanceTests {
    private static func exchange(_ text: String, _ check: ([String]) throws -> Void) throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(text)
        client.finishSending()
        try check(try client.messagesUntilEnd())
        try server.end()
    }

    private static func echo(_ text: String, _ rest: String = "") -> String {
        #"{"method":"org.example.test.Echo","parameters":{"text":"\#(text)"}\#(rest)}"# + "\0"
    }

    private static func reply(_ text: String) -> String {
        #"{"parameters":{"text":"\#(text)"}}"#
    }

    @Test(
        "parameters that are missing or null are empty", arguments: ["", #","parameters":null"#, #","parameters":{}"#])
    func noParameters(rest: String) throws {
        try Self.exchange(#"{"method":"org.varlink.service.GetInfo"\#(rest)}"# + "\0") { replies in
            #expect(
                replies == [
                    #"{"parameters":{"vendor":"Example","product":"Test","version":"1","url":"https://example.org/","#
                        + #""interfaces":["org.varlink.service","org.example.test"]}}"#
                ])
        }
    }

    @Test(
        "a broken message closes the connection without a reply; calls before it are answered, calls behind it not",
        arguments: [
            #"{"method":"org.example.test.Echo","parameters":{"text":"b"},"id":1}"#,
            #"{"method":"org.example.test.Echo","parameters":{"text":"b"},"org.example.x":1}"#,
            #"{"method":"org.example.test.Echo","parameters":{"text":"b"},"more":null}"#,
            #"{"method":"org.example.test.Echo","method":"org.example.test.Echo","parameters":{"text":"b"}}"#,
            #"{"method":"org.example.test.Echo","parameters":{"text":"b","text":"c"}}"#,
            #"{"method":"org.example.test.Echo","parameters":{"text":"b"},"oneway":true,"more":true}"#,
            "", "[]", "null", "17", "{", "rubbish", "{}", "{\"method\":\"org.example.test.Echo\"}x", "\u{feff}{}",
            #"{"method":7}"#, #"{"method":"org.example.test.Echo","parameters":[]}"#,
            String(repeating: "[", count: 100_000),
        ])
    func broken(message: String) throws {
        try Self.exchange(Self.echo("a") + message + "\0" + Self.echo("d")) { #expect($0 == [Self.reply("a")]) }
    }

    static let invalid: [(String, String)] = [
        (#"{"text":"a","more":1}"#, "more"), ("{}", "text"), (#"{"text":1}"#, "text"), (#"{"text":null}"#, "text"),
    ]

    @Test("a parameter that is unknown, missing or wrong is named, and the connection stays open", arguments: invalid)
    func namesParameter(parameters: String, name: String) throws {
        let call = #"{"method":"org.example.test.Echo","parameters":\#(parameters)}"# + "\0"
        try Self.exchange(call + Self.echo("b")) { replies in
            #expect(
                replies == [
                    #"{"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"\#(name)"}}"#,
                    Self.reply("b"),
                ])
        }
    }

    @Test(
        "an unknown method or interface is not found by its whole name",
        arguments: ["org.example.test.Nothing", "org.example.nothing.Echo", "Echo", "", "org.example.test.", "a\\n.B"])
    func notFound(method: String) throws {
        try Self.exchange(#"{"method":"\#(method)"}"# + "\0" + Self.echo("b")) { replies in
            #expect(
                replies == [
                    #"{"error":"org.varlink.service.MethodNotFound","parameters":{"method":"\#(method)"}}"#,
                    Self.reply("b"),
                ])
        }
    }

    @Test("more on a method with one reply gives that")
    func more() throws {
        try Self.exchange(Self.echo("a", #","more":true"#)) { #expect($0 == [Self.reply("a")]) }
    }

    @Test("several replies go only to who asked for them")
    func expectedMore() throws {
        let call = #"{"method":"org.example.test.Count","parameters":{"to":3}"#
        try Self.exchange(call + ",\"more\":true}\0" + call + "}\0") { replies in
            #expect(
                replies == [
                    #"{"parameters":{"n":1},"continues":true}"#, #"{"parameters":{"n":2},"continues":true}"#,
                    #"{"parameters":{"n":3}}"#, #"{"error":"org.varlink.service.ExpectedMore","parameters":{}}"#,
                ])
        }
    }

    @Test("three calls sent at once give three replies; a oneway call none, not even an error")
    func pipelined() throws {
        let calls = Self.echo("a") + Self.echo("b") + Self.echo("c")
        try Self.exchange(calls) { #expect($0 == ["a", "b", "c"].map(Self.reply)) }
        let unknown = #"{"method":"org.example.test.Nothing","oneway":true}"# + "\0"
        try Self.exchange(Self.echo("a", #","oneway":true"#) + unknown + Self.echo("b")) {
            #expect($0 == [Self.reply("b")])
        }
    }

    @Test("upgrade is passed over")
    func upgrade() throws {
        try Self.exchange(Self.echo("a", #","upgrade":true"#) + Self.echo("b")) {
            #expect($0 == [Self.reply("a"), Self.reply("b")])
        }
    }

    @Test("a call without its zero byte waits for it, and is nothing if it never comes")
    func noEnd() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(String(Self.echo("a").dropLast()))
        server.settle()
        #expect(try !client.waitReadable(within: .milliseconds(50)))
        try client.send("\0")
        #expect(try client.messages(1) == [Self.reply("a")])
        try client.send(String(Self.echo("b").dropLast()))
        client.finishSending()
        #expect(try client.messagesUntilEnd() == [])
        try server.end()
    }

    @Test("interfaces are described by their text, and only those that are there")
    func descriptions() throws {
        let server = try TestServer()
        let client = try VarlinkClient(connectingTo: server.path)
        let describe = "org.varlink.service.GetInterfaceDescription"
        #expect(
            try client.call(describe, ["interface": "org.example.test"])
                == ["description": .string(TestServer.text)])
        let service = try client.call(describe, ["interface": "org.varlink.service"])
        let description = try InterfaceDescription(try #require(service["description"]?.stringValue))
        #expect(description.methodNames == ["GetInfo", "GetInterfaceDescription"])
        #expect(throws: VarlinkError.interfaceNotFound("org.example.no")) {
            try client.call(describe, ["interface": "org.example.no"])
        }
        #expect(throws: VarlinkError.invalidParameter("interface")) { try client.call(describe) }
        #expect(throws: VarlinkError.invalidParameter("x")) { try client.call("org.varlink.service.GetInfo", ["x": 1]) }
        try server.end()
    }

    @Test("a message of the largest size is served, a larger one closes the connection")
    func sizes() throws {
        var limits = ServerLimits()
        limits.messageBytes = 100_000
        let server = try TestServer(limits: limits)
        let frame = Self.echo("").utf8.count - 1
        let fitting = try RawConnection(server.path)
        try fitting.send(Self.echo(String(repeating: "x", count: 100_000 - frame)))
        #expect(try fitting.messages(1).first?.hasPrefix(#"{"parameters":{"text":"xxx"#) == true)
        let tooLarge = try RawConnection(server.path)
        try tooLarge.send(Self.echo(String(repeating: "x", count: 100_001 - frame)))
        #expect(try tooLarge.messagesUntilEnd() == [])
        let endless = try RawConnection(server.path)
        try endless.send(String(repeating: "x", count: 100_002))
        #expect(try endless.messagesUntilEnd() == [])
        // The same bound for what the server itself would say.
        let reader = try VarlinkClient(connectingTo: server.path)
        let error = try #require(throws: VarlinkError.self) {
            try reader.call("org.example.test.Large", ["size": 200_000])
        }
        #expect(error.name == "org.example.test.InternalError")
        #expect(try reader.call("org.example.test.Echo", ["text": "a"]) == ["text": "a"])
        try server.end()
    }
}
