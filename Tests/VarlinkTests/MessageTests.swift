import Testing
import Varlink

/// Calls and replies, with the strictness of systemd's peers.
struct MessageTests {
    private static func call(_ text: String) throws(MessageError) -> Call {
        try Call(parsing: Array(text.utf8).span)
    }

    private static func reply(_ text: String) throws(MessageError) -> Reply {
        try Reply(parsing: Array(text.utf8).span)
    }

    static let calls: [(String, Call)] = [
        (#"{"method":"a.b.C"}"#, Call(method: "a.b.C")),
        (#"{"method":"a.b.C","parameters":{}}"#, Call(method: "a.b.C")),
        (#"{"method":"a.b.C","parameters":null}"#, Call(method: "a.b.C")),
        (#" { "parameters" : {"x":1}, "method":"a.b.C" } "#, Call(method: "a.b.C", parameters: ["x": 1])),
        (#"{"method":"a.b.C","more":true,"oneway":false}"#, Call(method: "a.b.C", mode: .more)),
        (#"{"method":"a.b.C","oneway":true,"more":false}"#, Call(method: "a.b.C", mode: .oneway)),
        (#"{"method":"a.b.C","upgrade":true}"#, Call(method: "a.b.C", upgrade: true)),
        (#"{"method":"C"}"#, Call(method: "C")),
    ]

    @Test("a call is read with parameters missing, null or given, and with its flags", arguments: calls)
    func readsCall(text: String, call: Call) throws {
        #expect(try Self.call(text) == call)
    }

    @Test(
        "a message that is no call is refused",
        arguments: [
            "", " ", "null", "[]", "1", "\"a.b.C\"", "{", "{}", #"{"parameters":{}}"#, #"{"method":null}"#,
            #"{"method":1}"#, #"{"method":"a.b.C","more":null}"#, #"{"method":"a.b.C","more":1}"#,
            #"{"method":"a.b.C","oneway":null}"#, #"{"method":"a.b.C","upgrade":"true"}"#,
            #"{"method":"a.b.C","oneway":true,"more":true}"#, #"{"method":"a.b.C","method":"a.b.C"}"#,
            #"{"method":"a.b.C","parameters":[]}"#, #"{"method":"a.b.C","parameters":"x"}"#,
            #"{"method":"a.b.C","parameters":false}"#, #"{"method":"a.b.C","id":1}"#,
            #"{"method":"a.b.C","org.example.x":1}"#, #"{"method":"a.b.C"} x"#,
            #"{"method":"a.b.C"}{"method":"a.b.C"}"#,
        ])
    func refusesCall(text: String) {
        #expect(throws: MessageError.self) { try Self.call(text) }
    }

    static let replies: [(String, Reply)] = [
        ("{}", .final([:])),
        (#"{"parameters":null}"#, .final([:])),
        (#"{"parameters":{"a":1}}"#, .final(["a": 1])),
        (#"{"parameters":{"a":1},"continues":true}"#, .continues(["a": 1])),
        (#"{"continues":false}"#, .final([:])),
        (#"{"error":"a.b.E"}"#, .error(VarlinkError("a.b.E"))),
        (#"{"error":"NoDot","parameters":{"a":1}}"#, .error(VarlinkError("NoDot", ["a": 1]))),
    ]

    @Test("a reply is read: the last, one of several, an error", arguments: replies)
    func readsReply(text: String, reply: Reply) throws {
        #expect(try Self.reply(text) == reply)
    }

    @Test(
        "a message that is no reply is refused",
        arguments: [
            "", "[]", #"{"extra":1}"#, #"{"continues":null}"#, #"{"error":null}"#, #"{"error":1}"#,
            #"{"parameters":1}"#, #"{"error":"a.b.E","continues":true}"#, #"{"parameters":{},"parameters":{}}"#,
        ])
    func refusesReply(text: String) {
        #expect(throws: MessageError.self) { try Self.reply(text) }
    }

    @Test("what is written is read back, and ends with its only zero byte")
    func roundTrip() throws {
        for call in Self.calls.map(\.1) + [Call(method: "a.b.\"\0", parameters: ["s": "\0"], mode: .more)] {
            var bytes: [UInt8] = []
            call.serialize(into: &bytes)
            #expect(bytes.firstIndex(of: 0) == bytes.count - 1)
            #expect(try Call(parsing: Array(bytes.dropLast()).span) == call)
        }
        for reply in Self.replies.map(\.1) {
            var bytes: [UInt8] = []
            reply.serialize(into: &bytes)
            #expect(bytes.firstIndex(of: 0) == bytes.count - 1)
            #expect(try Reply(parsing: Array(bytes.dropLast()).span) == reply)
        }
    }

    @Test("only members that every peer knows are written")
    func plainMembers() {
        var bytes: [UInt8] = []
        Call(method: "a.b.C").serialize(into: &bytes)
        Call(method: "a.b.C", parameters: ["x": 1], mode: .oneway).serialize(into: &bytes)
        Reply.final([:]).serialize(into: &bytes)
        Reply.continues(["x": 1]).serialize(into: &bytes)
        Reply.error(.permissionDenied).serialize(into: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self).split(separator: "\0") == [
                #"{"method":"a.b.C"}"#, #"{"method":"a.b.C","parameters":{"x":1},"oneway":true}"#,
                #"{"parameters":{}}"#, #"{"parameters":{"x":1},"continues":true}"#,
                #"{"error":"org.varlink.service.PermissionDenied","parameters":{}}"#,
            ])
    }
}
