import Testing
import Varlink

/// What the parser takes and what it refuses.
struct JSONParserTests {
    static let accepted: [(String, JSONValue)] = [
        ("null", .null),
        (" \t\r\n true \n", true),
        ("false", false),
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("-17", -17),
        ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .unsigned(1 << 63)),
        ("18446744073709551615", .unsigned(.max)),
        ("18446744073709551616", .double(18_446_744_073_709_551_616)),
        ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
        ("1.5", 1.5),
        ("1.0", 1.0),
        ("-0.25e2", -25.0),
        ("1E3", 1000.0),
        ("1e-400", 0.0),
        ("\"\"", ""),
        (#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
        (#""\u0041\u00e9\u20AC\uD83D\uDE00""#, "A\u{e9}\u{20AC}\u{1F600}"),
        (#""\u0000""#, "\0"),
        ("\"\u{7f}é€😀\"", "\u{7f}é€😀"),
        ("[]", []),
        ("[ ]", []),
        ("[1,\"a\",[null]]", [1, "a", [.null]]),
        ("{}", [:]),
        ("{ \"a\" : 1 , \"b\" : { } }", ["a": 1, "b": [:]]),
        (#"{"":0}"#, ["": 0]),
    ]

    @Test("what RFC 8259 allows is read", arguments: accepted)
    func accepts(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    static let refused: [(String, Int)] = [
        ("", 0), ("  ", 2), ("nul", 0), ("truee", 4), ("True", 0), ("nan", 0), ("Infinity", 0),
        ("1 2", 2), ("{}{}", 2), ("[1]x", 3), ("\u{feff}{}", 0),
        ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("]", 0),
        ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7), ("{\"a\":1,}", 7),
        ("{a:1}", 1), ("{1:2}", 1), ("{\"a\" 1}", 5), ("{\"a\":1 \"b\":2}", 7), ("{,}", 1), ("[}", 1),
        ("{\"a\":1,\"a\":2}", 7), (#"{"a":1,"b":{},"\u0061":2}"#, 14),
        ("-", 1), ("+1", 0), ("01", 0), ("-01", 1), ("1.", 2), (".5", 0), ("1e", 2), ("1e+", 3), ("1.e3", 2),
        ("0x10", 1), ("1e999", 0), ("-1e999", 0), ("1_0", 1),
        ("\"", 0), ("\"abc", 0), ("\"a\nb\"", 2), ("\"a\u{0}\"", 2), ("\"\u{1f}\"", 1), ("'a'", 0),
        (#""\x""#, 2), (#""\"#, 0), (#""\u12""#, 5), (#""\u12g4""#, 5), (#""\ud800""#, 1), (#""\ud800\u0041""#, 1),
        (#""\udc00""#, 1), (#""\ud800x\udc00""#, 1), (#""\ud83d\ud83d""#, 1), ("// c\n1", 0), ("[1,\u{a0}2]", 3),
    ]

    @Test("what RFC 8259 forbids is refused, and the error says where", arguments: refused)
    func refuses(text: String, offset: Int) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(error.offset == offset, "\(error)")
        #expect(!error.problem.isEmpty)
    }

    @Test(
        "bytes that are not UTF-8 are refused, wherever they stand",
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0x61, 0xc3, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x5c, 0x6e, 0x80, 0x22], [0x22, 0xc3, 0x5c, 0x6e, 0x22],
            [0x80], [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d],
        ])
    func refusesBadUTF8(bytes: [Int]) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: bytes.map { UInt8($0) }) }
    }

    @Test("nesting is taken up to its bound and refused beyond")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(JSONValue.maximumDepth))
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(JSONValue.maximumDepth + 1)) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(repeating: "[", count: 1 << 20)) }
        #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: String(repeating: "{\"a\":", count: 1 << 18))
        }
        // What was closed does not count.
        _ = try JSONValue(parsing: "[" + String(repeating: "[],", count: 100) + "[]]")
    }

    @Test("names that look alike but differ in their bytes are two names")
    func spellings() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value.objectValue?.count == 2)
    }

    @Test("an object of very many names is read, and a late duplicate found")
    func manyNames() throws {
        let members = (0..<20_000).map { "\"name \($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSONValue(parsing: "{\(members)}").objectValue?.count == 20_000)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "{\(members),\"name 3\":0}") }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "{\(members),\"name 19999\":0}") }
    }

    @Test("an integer is no double and a double no integer")
    func kinds() throws {
        #expect(try JSONValue(parsing: "1.0").integerValue == nil)
        #expect(try JSONValue(parsing: "1").doubleValue == 1)
        #expect(try JSONValue(parsing: "-1").unsignedValue == nil)
        #expect(try JSONValue(parsing: "18446744073709551615").integerValue == nil)
        #expect(try JSONValue(parsing: "18446744073709551615").unsignedValue == .max)
    }
}
