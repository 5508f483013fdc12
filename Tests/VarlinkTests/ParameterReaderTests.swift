import Testing
import Varlink

/// Reading parameters, and what the errors name.
struct ParameterReaderTests {
    private enum Colour: String, CaseIterable {
        case red
        case green
    }

    private struct Item: Equatable {
        let name: String
        let count: Int
    }

    private static func items(_ parameters: JSONObject) throws(ParameterError) -> [Item] {
        try parameters.read { reader throws(ParameterError) in
            try reader.required("items").array { item throws(ParameterError) in
                try item.object { reader throws(ParameterError) in
                    Item(
                        name: try reader.required("name").string(),
                        count: try reader.optional("count")?.integer(in: 1...9) ?? 1)
                }
            }
        }
    }

    @Test("nested values are read; a missing or null optional one is absent")
    func reads() throws {
        let items = try Self.items(["items": [["name": "a", "count": 3], ["count": .null, "name": "b"]]])
        #expect(items == [Item(name: "a", count: 3), Item(name: "b", count: 1)])
    }

    static let faults: [(JSONObject, String)] = [
        ([:], "items is missing"),
        (["items": .null], "items is missing"),
        (["items": 1], "items must be an array"),
        (["items": [], "x": 1], "x is not known here"),
        (["items": [1]], "items[0] must be an object"),
        (["items": [["name": "a"], [:]]], "items[1].name is missing"),
        (["items": [["name": 1]]], "items[0].name must be a string"),
        (["items": [["name": "a\0b"]]], "items[0].name must not contain the character U+0000"),
        (["items": [["name": "a", "count": 0]]], "items[0].count must be an integer from 1 to 9"),
        (["items": [["name": "a", "count": 1.0]]], "items[0].count must be an integer from 1 to 9"),
        (["items": [["name": "a", "count": .unsigned(1 << 63)]]], "items[0].count must be an integer from 1 to 9"),
        (["items": [["name": "a", "size": 1]]], "items[0].size is not known here"),
    ]

    @Test("an error names the parameter by its path", arguments: faults)
    func namesPath(parameters: JSONObject, sentence: String) throws {
        let error = try #require(throws: ParameterError.self) { try Self.items(parameters) }
        #expect(error.description == sentence)
        #expect(VarlinkError(error) == .invalidParameter(error.path))
    }

    @Test("a mistake of the calling program is told from one of its user")
    func whoseMistake() throws {
        func kind(_ parameters: JSONObject) throws -> ParameterError.Kind {
            try #require(throws: ParameterError.self) { try Self.items(parameters) }.kind
        }
        #expect(try kind([:]) == .shape)
        #expect(try kind(["items": [["name": "a", "size": 1]]]) == .shape)
        #expect(try kind(["items": [["name": 1]]]) == .shape)
        #expect(try kind(["items": [["name": "a\0b"]]]) == .value)
        #expect(try kind(["items": [["name": "a", "count": 0]]]) == .value)
        #expect(try kind(["items": [["name": "a", "count": "0"]]]) == .shape)
    }

    @Test("every kind of value has its reader and its refusal")
    func kinds() throws {
        let values: JSONObject = [
            "bool": true, "double": 1.5, "whole": 2, "unsigned": .unsigned(.max), "choice": "green",
            "strings": ["a", "b"], "map": ["k": "v"], "raw": [1],
        ]
        try values.read { reader throws(ParameterError) in
            #expect(try reader.required("bool").bool())
            #expect(try reader.required("double").double() == 1.5)
            #expect(try reader.required("whole").double() == 2)
            #expect(try reader.required("unsigned").unsigned() == .max)
            #expect(try reader.required("choice").choice(of: Colour.self) == .green)
            #expect(try reader.required("strings").strings() == ["a", "b"])
            #expect(try reader.required("map").stringMap() == ["k": "v"])
            #expect(try reader.required("raw").value == [1])
        }
        func sentence(_ read: (Parameter) throws(ParameterError) -> Void) -> String? {
            let object: JSONObject = ["p": ["x", .null]]
            do throws(ParameterError) {
                try object.read { reader throws(ParameterError) in try read(try reader.required("p")) }
                return nil
            } catch {
                return error.description
            }
        }
        #expect(sentence { p throws(ParameterError) in _ = try p.bool() } == "p must be true or false")
        #expect(sentence { p throws(ParameterError) in _ = try p.double() } == "p must be a number")
        #expect(
            sentence { p throws(ParameterError) in _ = try p.unsigned() }
                == "p must be an integer from 0 to 18446744073709551615")
        #expect(
            sentence { p throws(ParameterError) in _ = try p.choice(of: Colour.self) } == "p must be one of red, green")
        #expect(sentence { p throws(ParameterError) in _ = try p.strings() } == "p[1] must be a string")
        #expect(sentence { p throws(ParameterError) in _ = try p.stringMap() } == "p must be an object")
        #expect(sentence { p throws(ParameterError) in _ = try p.object { _ in } } == "p must be an object")
        #expect(sentence { p throws(ParameterError) in _ = try p.integer() } == "p must be an integer")
        #expect(
            sentence { p throws(ParameterError) in _ = try p.integer(in: 1...Int.max) }
                == "p must be an integer of at least 1")
        #expect(sentence { p throws(ParameterError) in throw p.error("is odd") } == "p is odd")
    }

    @Test("a member of a map is named by its key")
    func mapPath() throws {
        let object: JSONObject = ["environment": ["PATH": "/bin", "LANG": 1]]
        let error = try #require(throws: ParameterError.self) {
            try object.read { reader throws(ParameterError) in try reader.required("environment").stringMap() }
        }
        #expect(error.path == "environment.LANG")
    }

    @Test("two spellings of one name are not silently made one")
    func spellings() throws {
        let object = try JSONValue(parsing: "{\"map\":{\"\u{e9}\":\"1\",\"e\u{301}\":\"2\"}}").objectValue
        #expect(throws: ParameterError.self) {
            try object?.read { reader throws(ParameterError) in try reader.required("map").stringMap() }
        }
    }

    @Test("a client that lets unknown members be does so at every depth")
    func ignoring() throws {
        let object: JSONObject = ["new": 1, "items": [["new": 2, "name": "a"]]]
        let names = try object.read(unknownMembers: .ignored) { reader throws(ParameterError) in
            try reader.required("items").array { item throws(ParameterError) in
                try item.object { reader throws(ParameterError) in try reader.required("name").string() }
            }
        }
        #expect(names == ["a"])
    }
}
