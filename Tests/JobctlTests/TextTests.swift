import Testing

@testable import jobctl

@Suite("Text for a terminal")
struct TextTests {
    @Test("control characters never reach the terminal as they are")
    func escaping() {
        #expect(PrintableText.escaped("plain, ünïcode and 日本 👩‍👩‍👧") == "plain, ünïcode and 日本 👩‍👩‍👧")
        #expect(PrintableText.escaped("a\nb\tc\rd") == "a\\nb\\tc\\rd")
        #expect(PrintableText.escaped("\u{1B}[31mred\u{7}\u{7F}") == "\\e[31mred\\x07\\x7f")
        // C1 controls, a line separator, and a mark that turns the direction of writing.
        #expect(PrintableText.escaped("\u{9B}31m\u{2028}\u{202E}txt") == "\\u009b31m\\u2028\\u202etxt")
        #expect(PrintableText.escaped("\r\n") == "\\r\\n")
    }

    @Test("what is too wide is cut with an ellipsis")
    func cutting() {
        #expect(PrintableText.cut("abcdef", to: 6) == "abcdef")
        #expect(PrintableText.cut("abcdef", to: 5) == "abcd…")
        #expect(PrintableText.cut("日本語", to: 6) == "日本語")
        #expect(PrintableText.cut("日本語", to: 5) == "日本…")
        #expect(PrintableText.cut("日本語", to: 4) == "日…")
        #expect(PrintableText.cut("abc", to: 0) == "")
    }

    @Test("a command is shown as one would type it")
    func commands() {
        #expect(CommandText.text(of: ["ls", "-l", "/tmp/a_b"]) == "ls -l /tmp/a_b")
        #expect(CommandText.text(of: ["echo", "a b", "", "it's", "$HOME"]) == "echo 'a b' '' 'it'\\''s' '$HOME'")
        // The quote and the accent are one character.
        #expect(CommandText.text(of: ["echo", "'\u{301}; id"]) == "echo ''\\''\u{301}; id'")
        #expect(CommandText.text(of: ["printf", "a\n'\\b\u{1B}"]) == "printf $'a\\n\\'\\\\b\\e'")
        #expect(CommandText.text(of: ["/bin/sh", "-c", "echo hi | wc"]) == "echo hi | wc")
        #expect(CommandText.text(of: ["/bin/sh", "-c", "a\nb"]) == "a\\nb")
        #expect(CommandText.text(of: ["sh", "-c", "echo hi"]) == "sh -c 'echo hi'")
    }

    @Test("columns are as wide as what is in them, and only the last is cut")
    func table() {
        var table = TextTable(["ID", "STATE", "WHAT"])
        table.append([.init("1"), .init("succeeded"), .init("something long")])
        table.append([.init("1000"), .init("日本"), .init("")])
        #expect(
            table.lines() == ["ID    STATE      WHAT", "1     succeeded  something long", "1000  日本"])
        #expect(table.lines(width: 26)[1] == "1     succeeded  somethin…")
        #expect(table.lines(width: 26)[1].count == 26)
        // A terminal that is too narrow for anything gets at least the beginning.
        #expect(table.lines(width: 3)[1] == "1     succeeded  somethi…")
    }

    @Test("colours do not move the columns")
    func colours() {
        var table = TextTable(["A", "B"])
        table.append([.init("red", .red), .init("x")])
        #expect(table.lines(isColoured: true) == ["A    B", "\u{1B}[31mred\u{1B}[0m  x"])
        #expect(table.lines() == ["A    B", "red  x"])
    }

    @Test("colours are for terminals, unless somebody says otherwise")
    func colourChoice() {
        #expect(ColourChoice.auto.isOn(environment: [:], isTerminal: true))
        #expect(!ColourChoice.auto.isOn(environment: [:], isTerminal: false))
        #expect(!ColourChoice.auto.isOn(environment: ["NO_COLOR": "1"], isTerminal: true))
        #expect(ColourChoice.auto.isOn(environment: ["NO_COLOR": ""], isTerminal: true))
        #expect(!ColourChoice.auto.isOn(environment: ["TERM": "dumb"], isTerminal: true))
        #expect(ColourChoice.always.isOn(environment: ["NO_COLOR": "1"], isTerminal: false))
        #expect(!ColourChoice.never.isOn(environment: [:], isTerminal: true))
    }

    @Test("values stand under each other, and a key is said once")
    func keyValue() {
        let lines = KeyValueText.lines([("job", "1"), ("environment", "A=1"), ("environment", "B=2")])
        #expect(lines == ["job:          1", "environment:  A=1", "              B=2"])
    }
}
