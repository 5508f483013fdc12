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

    private static func many(_ count: Int) -> JSONObject {
        var object = JSONObject()
        for number in 0..<count { object["k\(number)"] = 1 }
        return object
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
            ("environment", ["A\0B": "x"]), ("environment", ["A=\u{301}": "x"]),
            ("at", ""), ("at", "tomorrow"), ("at", "2026-12-24"), ("at", "2026-02-30T00:00:00Z"),
            ("at", "2262-04-12T00:00:00Z"), ("at", "9999-12-31T23:59:59Z"), ("at", "12026-01-01T00:00:00Z"), ("at", 5),
            ("expiresMilliseconds", 0), ("expiresMilliseconds", .integer(Int64(longest + 1))),
            ("retries", -1), ("retries", 1_000_001), ("retries", "3"), ("backoffMilliseconds", -1),
            ("retryOn", 1), ("successCodes", "0"), ("onInterrupt", "ignore"), ("onInterrupt", 1), ("hold", "yes"),
            ("key", ""), ("key", .string(String(repeating: "k", count: 257))), ("onKeyConflict", "reject"),
            ("slots", 0), ("slots", 1025), ("needs", ["": 1]), ("needs", []),
            ("needs", ["a\0b": 1]), ("limits", ["": 1]), ("limits", ["a\0b": 1]),
            ("limits", .object(many(17))), ("after", 4), ("afterAny", "4"),
            ("after", .array((1...10_001).map { .integer($0) })),
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
        #expect(try submit("needs", ["gpu": 0]) == "jobs[1].needs.gpu")
        #expect(try submit("limits", ["api": 1_000_001]) == "jobs[1].limits.api")
        #expect(try submit("retryOn", [1, 256]) == "jobs[1].retryOn[1]")
        #expect(try submit("successCodes", ["0"]) == "jobs[1].successCodes[0]")
        #expect(try submit("successCodes", [-1]) == "jobs[1].successCodes[0]")
        #expect(try submit("after", [4, 0]) == "jobs[1].after[1]")
        #expect(try submit("afterFail", [4, 5, 4]) == "jobs[1].afterFail[2]")
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
            ("at", "1970-01-01T00:00:00Z"), ("at", "2026-12-24t18:00:00.5+05:30"), ("at", "2262-04-11T00:00:00Z"),
            ("expiresMilliseconds", 1), ("retries", 0), ("retries", 1_000_000), ("backoffMilliseconds", 0),
            ("retryOn", [0, 255, 0]), ("successCodes", []), ("onInterrupt", "fail"), ("hold", false),
            ("key", .string(String(repeating: "k", count: 256))), ("slots", 1024),
            ("needs", .object(many(16))), ("limits", ["a=b": 1_000_000]),
            ("after", []), ("afterAny", .array((1...10_000).map { .integer($0) })),
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
            #expect(path { _ = try HoldCall(parameters) } == expected)
            #expect(path { _ = try ReleaseCall(parameters) } == expected)
            #expect(path { _ = try RetryCall(parameters) } == expected)
            var edit = parameters
            edit["now"] = true
            #expect(path { _ = try EditCall(edit) } == expected)
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
            (#"{"id":1,"offset":"end"}"#, "offset"),
            (#"{"id":1,"follow":"yes"}"#, "follow"),
        ] {
            let parameters = try parameters(text)
            #expect(path { _ = try LogsCall(parameters) } == expected)
        }
    }

    @Test("a job starts at one time, and is named once by those that wait for it")
    func contradictions() throws {
        func submitted(_ text: String) throws -> String? {
            let call = try parameters(#"{"jobs":[{"command":["x"],"# + text + "}]}")
            return path { _ = try SubmitCall(call) }
        }
        #expect(try submitted(#""at":"2026-12-24T18:00:00Z","delayMilliseconds":5"#) == "jobs[0].delayMilliseconds")
        #expect(try submitted(#""after":[4],"afterAny":[5,4]"#) == "jobs[0].afterAny[1]")
        #expect(try submitted(#""afterAny":[4],"afterFail":[4]"#) == "jobs[0].afterFail[0]")
        #expect(try submitted(#""after":[4],"afterAny":[5],"afterFail":[6]"#) == nil)
        #expect(try submitted(#""onKeyConflict":"replace""#) == "jobs[0].onKeyConflict")
        #expect(try submitted(#""key":"k","onKeyConflict":"other""#) == "jobs[0].onKeyConflict")
    }

    @Test("a submit does not wait for more than a hundred thousand jobs in all")
    func dependenciesPerSubmit() {
        func call(_ jobs: Int) -> JSONObject {
            let job: JSONValue = ["command": ["x"], "after": .array((1...10_000).map { .integer($0) })]
            return ["jobs": .array(Array(repeating: job, count: jobs))]
        }
        #expect(path { _ = try SubmitCall(call(10)) } == nil)
        #expect(path { _ = try SubmitCall(call(11)) } == "jobs")
    }

    @Test("with partial each bad job is told of, and the good ones are read")
    func partial() throws {
        let call = try parameters(
            #"{"partial":true,"jobs":[{"command":["x"]},{"command":[]},7,{"command":["y"],"slots":0}]}"#)
        let read = try SubmitCall.read(call)
        #expect(read.isPartial)
        let errors = read.jobs.map { job -> String? in
            if case .failure(let error) = job { error.path } else { nil }
        }
        #expect(errors == [nil, "jobs[1].command", "jobs[2]", "jobs[3].slots"])
        #expect(path { _ = try SubmitCall.read(["jobs": [7]]) } == "jobs[0]")
        #expect(path { _ = try SubmitCall.read(["jobs": [], "partial": true]) } == "jobs")
    }

    @Test("an edit that changes nothing, or starts a job at two times, is refused")
    func edit() throws {
        for (text, expected) in [
            (#"{"ids":[1]}"#, "ids"), (#"{"ids":[1],"now":false}"#, "ids"),
            (#"{"ids":[1],"priority":1001}"#, "priority"),
            (#"{"ids":[1],"now":true,"delayMilliseconds":1}"#, "now"),
            (#"{"ids":[1],"at":"x"}"#, "at"), (#"{"ids":[1],"command":[]}"#, "command"),
            (#"{"ids":[1],"queue":"a b"}"#, "queue"), (#"{"ids":[1],"name":""}"#, "name"),
            (#"{"ids":[1],"slots":2}"#, "slots"),
        ] {
            let parameters = try parameters(text)
            #expect(path { _ = try EditCall(parameters) } == expected)
        }
    }

    @Test("a setting of a queue that cannot be names what is wrong")
    func settings() throws {
        for (text, expected) in [
            (#"{"queue":"a","settings":{}}"#, "settings"), (#"{"queue":"a b","settings":{"workers":"1"}}"#, "queue"),
            (#"{"queue":"a","settings":{"workers":1}}"#, "settings.workers"), (#"{"queue":"a"}"#, "settings"),
        ] {
            let parameters = try parameters(text)
            #expect(path { _ = try SetCall(parameters) } == expected)
        }
        #expect(path { _ = try PauseCall(["queue": "a", "mode": "stop"]) } == "mode")
        #expect(path { _ = try ResumeCall([:]) } == "queue")
    }
}
