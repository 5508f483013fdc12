import Glibc
import JobProtocol
import Jobs

@testable import jobctl

/// What jobctl reads and shows: times in several zones, files of variables, text for terminals.
///
/// Times to come are to come, and times that have passed have passed; a clock's face leads back to itself; a variable's
/// name has no `=`; nothing that is shown moves the cursor. The first byte is the letter of the kind.
enum JobctlTarget {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard let (letter, bytes) = lettered(input) else { return }
        switch letter {
        case "c": try command(bytes)
        case "e": try environment(bytes)
        case "l": try clock(bytes)
        case "p": try printable(bytes)
        case "w": try when(bytes)
        default: break
        }
    }

    /// By rules rather than by names, so that no database of zones need be there: Berlin, New York, Lord Howe (half an
    /// hour), and one without summer.
    private static let zones = [
        "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<+0545>-5:45",
    ]

    /// Takes the zone from the first byte, and the minute at which it is read from the next four.
    private static func situation(_ bytes: ArraySlice<UInt8>) -> (now: Timestamp, rest: ArraySlice<UInt8>)? {
        guard bytes.count >= 5, let first = bytes.first else { return nil }
        setenv("TZ", zones[Int(first) % zones.count], 1)
        let minutes = bytes.dropFirst().prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        // From 1970 to 2230.
        return (Timestamp(nanoseconds: minutes % (260 * 365 * 1440) * 60_000_000_000), bytes.dropFirst(5))
    }

    private static func when(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        guard let (now, rest) = situation(bytes), let text = String(validating: rest, as: UTF8.self) else { return }
        let isTimeOfDay = rest.allSatisfy { (48...58).contains($0) } && rest.contains(58)
        if let time = WhenText.instant(text, now: now), isTimeOfDay {
            try expect(time > now && time - now <= .seconds(25 * 3600), "\(text) after \(now) is \(time)")
        }
        if let time = PastTimeText.instant(text, now: now), isTimeOfDay {
            try expect(time <= now && now - time <= .seconds(25 * 3600), "\(text) before \(now) is \(time)")
        }
    }

    private static func clock(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        guard let (now, _) = situation(bytes) else { return }
        let shown = LocalTime(now)
        try expect(shown.exists, "\(shown) is a day")
        try expectEqual(LocalTime(shown.instant), shown, "the clock shows what it showed")
        // The first of two that look the same.
        try expect(shown.instant <= now && now - shown.instant <= .seconds(3600), "\(now) is \(shown.instant)")
    }

    private static func environment(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        guard let entries = try? EnvironmentFile.entries(Array(bytes)) else { return }
        let lines = bytes.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        var last = 0
        for entry in entries {
            try expect(entry.line > last && entry.line <= lines, "line \(entry.line) of \(lines) after \(last)")
            last = entry.line
            let isName = entry.name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
            }
            try expect(isName && !entry.name.isEmpty, "a name: \(entry.name)")
            try expect(!(entry.value ?? "").utf8.contains(UInt8(ascii: "\n")), "a value is on one line")
        }
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        let shown = PrintableText.escaped(bytes)
        guard let text = String(validating: shown, as: UTF8.self) else {
            throw Broken(description: "what is shown is not UTF-8")
        }
        try expect(
            !text.unicodeScalars.contains { $0 != "\t" && PrintableText.isHarmful($0) }, "nothing harmful: \(text)")
        try expectEqual(PrintableText.escaped(shown[...]), shown, "stays as it is")
        let cut = PrintableText.cut(text, to: 20)
        try expect(PrintableText.width(cut) <= 20, "at most 20 columns: \(cut)")
    }

    private static func command(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        guard let argument = String(validating: bytes, as: UTF8.self) else { return }
        let quoted = CommandText.quoted(argument)
        try expect(!quoted.isEmpty && !quoted.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "one line: \(quoted)")
        guard !argument.unicodeScalars.contains(where: PrintableText.isHarmful) else { return }
        try expectEqual(Array(ShellWord.unquoted(quoted)), Array(argument.utf8), "a shell reads it as it was")
    }
}

/// What a shell makes of one word with single quotes and backslashes.
private enum ShellWord {
    static func unquoted(_ word: String) -> [UInt8] {
        var result: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in word.utf8 {
            if isEscaped {
                result.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "'") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "\\"), !isQuoted {
                isEscaped = true
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
