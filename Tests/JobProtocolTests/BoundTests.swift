import JobProtocol
import Jobs
import Testing
import Varlink

/// What a client may not ask for, and where the error says it is.
struct BoundTests {
    private func path(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ParameterError)?.path ?? "\(error)"
        }
    }

    private func submit(_ field: String, _ value: JSONValue) throws -> String? {
        var spec: JSONObject = ["command": ["x"]]
        spec[field] = value
        let parameters: JSONObject = ["jobs": .array([["command": ["good"]], .object(spec)])]
        return path { _ = try SubmitCall(parameters) }
    }

    private static let day = 24 * 3600 * 1000
    private static let longest = 10 * 365 * day

    @Test(
        "a submit that asks for too much names the job and the field",
        arguments: [
            ("command", []), ("command", "x"), ("command", [""]), ("command", nil),
            ("command", .array((0...Limits.argumentCount).map { _ in "x" })),
            ("command", ["x", .string(String(repeating: "y", count: Limits.argumentLength))]),
            ("command", .array((0..<10).map { _ in .string(String(repeating: "y", count: 120_000)) })),
            ("queue", ""), ("queue", "a b"), ("queue", .string(String(repeating: "q", count: 65))), ("queue", 1),
            ("name", ""), ("name", .string(String(repeating: "n", count: 257))),
            ("directory", ""), ("directory", "relative"),
            ("directory", .string("/" + String(repeating: "d", count: 4095))),
            ("priority", 1001), ("priority", -1001), ("priority", 1.5), ("priority", "1"),
            ("delayMilliseconds", -1), ("delayMilliseconds", .integer(Int64(longest + 1))),
            ("timeoutMilliseconds", 0), ("timeoutMilliseconds", .integer(Int64(longest + 1))),
            ("killAfterMilliseconds", -1), ("killAfterMilliseconds", .integer(.max)),
            ("token", ""), ("token", .string(String(repeating: "t", count: 129))),
            ("environment", []), ("environment", ["": "x"]), ("environment", ["A=B": "x"]),
            ("environment", ["A": .string(String(repeating: "e", count: Limits.argumentLength))]),
            ("unheard", 1),
        ] as [(String, JSONValue?)])
    func names(fieldAndValue: (String, JSONValue?)) throws {
        let (field, value) = fieldAndValue
        #expect(try submit(field, value ?? .null) == "jobs[1].\(field)")
    }

    @Test("an error inside of a list or a map names the element")
    func inside() throws {
        #expect(try submit("command", ["x", 1]) == "jobs[1].command[1]")
        #expect(try submit("command", ["x", "a\0b"]) == "jobs[1].command[1]")
        #expect(try submit("environment", ["A": 1]) == "jobs[1].environment.A")
        #expect(try submit("environment", ["A": "x\0"]) == "jobs[1].environment.A")
    }

    @Test(
        "what is just within the bounds is taken",
        arguments: [
            ("command", ["x", .string(String(repeating: "y", count: Limits.argumentLength - 1))]),
            ("command", .array((0..<Limits.argumentCount).map { _ in "x" })),
            ("queue", .string(String(repeating: "q", count: 64))),
            ("name", .string(String(repeating: "n", count: 256))),
            ("directory", "/"), ("directory", .string("/" + String(repeating: "d", count: 4094))), ("priority", 1000),
            ("priority", -1000), ("delayMilliseconds", 0), ("delayMilliseconds", .integer(Int64(longest))),
            ("timeoutMilliseconds", 1), ("killAfterMilliseconds", 0),
            ("token", .string(String(repeating: "t", count: 128))),
            ("environment", ["A": "", "B": "="]), ("environment", [:]),
        ] as [(String, JSONValue)])
    func within(fieldAndValue: (String, JSONValue)) throws {
        #expect(try submit(fieldAndValue.0, fieldAndValue.1) == nil)
    }

    @Test("a submit holds from one to ten thousand jobs")
    func submitSize() throws {
        let job: JSONValue = ["command": ["x"]]
        #expect(path { _ = try SubmitCall(["jobs": []]) } == "jobs")
        #expect(path { _ = try SubmitCall([:]) } == "jobs")
        #expect(path { _ = try SubmitCall(["jobs": .array(Array(repeating: job, count: 10_001))]) } == "jobs")
        #expect(path { _ = try SubmitCall(["jobs": .array(Array(repeating: job, count: 10_000))]) } == nil)
        #expect(path { _ = try SubmitCall(["jobs": [job], "other": 1]) } == "other")
        #expect(path { _ = try SubmitCall(["jobs": [1]]) } == "jobs[0]")
    }

    @Test("a call names from one to ten thousand jobs, each by a positive number")
    func ids() {
        for (ids, expected) in [
            ([], "ids"), ([0], "ids[0]"), ([1, -1], "ids[1]"), ([1, "2"], "ids[1]"), ([1.5], "ids[0]"),
            ([.unsigned(.max)], "ids[0]"),
        ] as [([JSONValue], String)] {
            let parameters: JSONObject = ["ids": .array(ids)]
            #expect(path { _ = try GetCall(parameters) } == expected)
            #expect(path { _ = try WaitCall(parameters) } == expected)
            #expect(path { _ = try CancelCall(parameters) } == expected)
        }
        let many: JSONObject = ["ids": .array((1...10_001).map { .integer($0) })]
        #expect(path { _ = try GetCall(many) } == "ids")
    }

    @Test("a list and a look at the output name what is wrong")
    func listAndLogs() throws {
        for (text, expected) in [
            (#"{"limit":0}"#, "limit"), (#"{"limit":1001}"#, "limit"), (#"{"states":["ready","dead"]}"#, "states[1]"),
            (#"{"queues":["a b"]}"#, "queues[0]"), (#"{"before":0}"#, "before"), (#"{"user":7}"#, "user"),
            (#"{"colour":"blue"}"#, "colour"),
        ] {
            let parameters = try parameters(text)
            #expect(path { _ = try ListCall(parameters) } == expected)
        }
        for (text, expected) in [
            ("{}", "id"), (#"{"id":0}"#, "id"), (#"{"id":1,"attempt":0}"#, "attempt"),
            (#"{"id":1,"offset":-1}"#, "offset"),
            (#"{"id":1,"follow":"yes"}"#, "follow"),
        ] {
            let parameters = try parameters(text)
            #expect(path { _ = try LogsCall(parameters) } == expected)
        }
    }
}
