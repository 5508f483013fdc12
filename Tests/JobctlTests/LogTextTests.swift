import Testing

@testable import jobctl

@Suite("Output for a terminal")
struct LogTextTests {
    private func escaped(_ bytes: [UInt8]) -> String {
        String(decoding: PrintableText.escaped(bytes[...]), as: UTF8.self)
    }

    @Test(
        "what could do something to a terminal is shown as text",
        arguments: [
            ("plain\ttext, ünïcode and 日本 👩‍👩‍👧", "plain\ttext, ünïcode and 日本 👩‍👩‍👧"),
            ("\u{1B}[31mred\u{1B}[0m", "\\e[31mred\\e[0m"),
            ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "\\e]8;;http://x\\e\\link\\e]8;;\\e\\"),
            ("\u{1B}]52;c;ZXZpbA==\u{7}", "\\e]52;c;ZXZpbA==\\x07"),
            ("\u{1B}P0;1|17/ab\u{1B}\\", "\\eP0;1|17/ab\\e\\"),
            ("10%\r20%", "10%\\r20%"), ("a\u{8}b\u{0}\u{7F}\u{E}", "a\\x08b\\x00\\x7f\\x0e"),
            ("\u{9B}31m\u{85}\u{90}", "\\u009b31m\\u0085\\u0090"),
            ("\u{202E}gpj.\u{2066}x\u{2069}\u{200F}", "\\u202egpj.\\u2066x\\u2069\\u200f"),
            ("\u{2028}\u{2029}\u{FEFF}\u{E000}", "\\u2028\\u2029\\ufeff\\ue000"),
        ])
    func harmful(textAndShown: (text: String, shown: String)) {
        #expect(escaped(Array(textAndShown.text.utf8)) == textAndShown.shown)
    }

    @Test(
        "bytes that are no UTF-8 are shown one by one",
        arguments: [
            ([0x61, 0xFF, 0x62], "a\\xffb"), ([0xC3], "\\xc3"), ([0xC3, 0x28], "\\xc3("), ([0x9B, 0x33], "\\x9b3"),
            ([0xE2, 0x82], "\\xe2\\x82"), ([0xC0, 0x80], "\\xc0\\x80"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
            ([0xF5, 0x80, 0x80, 0x80], "\\xf5\\x80\\x80\\x80"), ([0xE2, 0x82, 0xAC, 0xFE], "€\\xfe"),
        ] as [([UInt8], String)])
    func invalid(bytesAndShown: (bytes: [UInt8], shown: String)) {
        #expect(escaped(bytesAndShown.bytes) == bytesAndShown.shown)
    }

    @Test("whatever the bytes are, nothing but printable text and tabs comes out")
    func allBytes() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let shown = PrintableText.escaped([first, second][...])
                let text = String(validating: shown, as: UTF8.self)
                #expect(text?.unicodeScalars.allSatisfy { $0 == "\t" || !PrintableText.isHarmful($0) } == true)
            }
        }
    }
}
