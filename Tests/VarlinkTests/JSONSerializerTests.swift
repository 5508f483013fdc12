import Testing
import Varlink

/// What comes out as bytes.
struct JSONSerializerTests {
    static let documents: [(JSONValue, String)] = [
        (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"), (1_234_567_890, "1234567890"),
        (.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"),
        (.unsigned(.max), "18446744073709551615"), (1.5, "1.5"), (.double(1e21), "1e+21"), (.double(0.1), "0.1"),
        (.double(.nan), "null"), (.double(.infinity), "null"),
        ("plain", #""plain""#), ("", #""""#), ("\u{7f}é😀/", "\"\u{7f}é😀/\""),
        ("\"\\\n\r\t\u{8}\u{c}", #""\"\\\n\r\t\b\f""#), ("a\0b\u{1}\u{1f}", #""a\u0000b\u0001\u001f""#),
        ([], "[]"), ([1, [2, .null]], "[1,[2,null]]"),
        ([:], "{}"), (["b": 1, "a": ["x": "y"]], #"{"b":1,"a":{"x":"y"}}"#), (["q\"": 1], #"{"q\"":1}"#),
    ]

    @Test("values are written in the shortest form, members in their order", arguments: documents)
    func writes(value: JSONValue, text: String) {
        #expect(value.description == text)
    }

    @Test("what is written member by member has the same bytes as its value", arguments: documents)
    func writer(value: JSONValue, text: String) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("none") { _ in }
            writer.array("objects") { writer in
                writer.object { _ in }
                writer.object { writer in writer.member("value", value) }
            }
            writer.member("text", text)
            for number in [Int64.min, -1, 0, 10] { writer.member("number", number) }
            for flag in [true, false] { writer.member("flag", flag) }
        }
        let expected =
            #"{"none":[],"objects":[{},{"value":\#(text)}],"text":\#(JSONValue.string(text))"#
            + #","number":-9223372036854775808,"number":-1,"number":0,"number":10,"flag":true,"flag":false}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("an object of strings is written in the order of its names")
    func sorted() {
        let object = JSONObject(["b": "2", "a": "1", "c": "3"])
        #expect(object.description == #"{"a":"1","b":"2","c":"3"}"#)
    }

    @Test("a member that is nil is left out, one that is set again stays in its place")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2]
        object.append("c", nil)
        object.append("d", 4)
        object["a"] = 9
        object["b"] = nil
        #expect(object.description == #"{"a":9,"d":4}"#)
        #expect(object["d"] == 4 && object["b"] == nil && object.count == 2)
    }
}
