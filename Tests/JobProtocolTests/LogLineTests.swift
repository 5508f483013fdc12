@testable import JobProtocol
import Testing
import Varlink

/// Lines of output, which may be any bytes.
struct LogLineTests {
    private func roundTrip(_ line: LogLine) throws -> LogLine {
        let parameters = try overTheWire(["line": .object(line.json)])
        return try parameters.read { reader throws(ParameterError) in try LogLine(try reader.required("line")) }
    }

    @Test(
        "a line arrives byte for byte",
        arguments: [
            [], Array("text".utf8), Array("grüße 🐦 \u{1}\t\"\\".utf8), Array("e\u{301}".utf8), [0], Array("a\0b".utf8),
            [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80], Array(0...255),
        ] as [[UInt8]])
    func exact(bytes: [UInt8]) throws {
        for isComplete in [true, false] {
            let line = LogLine(time: "2026-11-22T09:00:00Z", stream: "stderr", text: bytes, isComplete: isComplete)
            #expect(try roundTrip(line) == line)
        }
    }

    @Test("only what JSON does not carry goes as base64")
    func encoding() {
        func encoding(_ bytes: [UInt8]) -> String? {
            LogLine(time: "t", stream: "stdout", text: bytes, isComplete: true).json["encoding"]?.stringValue
        }
        #expect(encoding(Array("grüße\u{7F}\u{1}".utf8)) == nil)
        #expect(encoding([0x61, 0xFF]) == "base64")
        #expect(encoding([0x61, 0]) == "base64")
    }

    @Test("text that says it is base64 and is not is refused", arguments: ["a", "ab=c", "====", "a===", "ab!d", "YQ"])
    func notBase64(text: String) throws {
        let object: JSONObject = [
            "line": ["time": "t", "stream": "stdout", "text": .string(text), "encoding": "base64", "complete": true]
        ]
        let error = #expect(throws: ParameterError.self) {
            try object.read { reader throws(ParameterError) in try LogLine(try reader.required("line")) }
        }
        #expect(error?.path == "line.text")
    }

    @Test(
        "base64 is that of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func rfc4648(textAndCode: (String, String)) {
        #expect(Base64.encode(Array(textAndCode.0.utf8)) == textAndCode.1)
        #expect(Base64.decode(textAndCode.1) == Array(textAndCode.0.utf8))
    }

    @Test("base64 carries all bytes, and uses its whole alphabet")
    func alphabet() {
        let bytes = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
        for count in [255, 256, 257, 3_000] {
            let part = Array(bytes.prefix(count))
            #expect(Base64.decode(Base64.encode(part)) == part)
        }
        #expect(Base64.encode([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]) == "++++////")
        #expect(Set(Base64.encode(bytes)).subtracting(["="]).count == 64)
    }
}
