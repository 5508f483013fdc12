import Jobs
import Varlink

@testable import JobProtocol
@testable import JobStore
@testable import JobStoreSQLite

/// Small texts: what was read is within its bounds, and can be written and read again as the same.
///
/// Durations, sizes, names, signals, limits, times, options of the store, definitions of interfaces. The first byte is the letter of the text's kind.
enum TextsTarget {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard let (letter, bytes) = lettered(input), let text = String(validating: bytes, as: UTF8.self) else { return }
        switch letter {
        case "b": try base64(text)
        case "c": try expect(CPUQuota.percent(text).map { $0 >= 0 } ?? true, "a percentage")
        case "d": try duration(text)
        case "i": try interface(text)
        case "l": try checkSame(text, { ProcessLimits.Bound($0) }, \.description)
        case "m": try checkSame(text, FileMaskText.mask, FileMaskText.text)
        case "n": try checkSame(text, { UnitProperty($0) }, \.description)
        case "o": try options(text)
        case "p": try checkSame(text, { IOPriority($0) }, \.description)
        case "q": try checkSame(text, { QueueName($0) }, \.text)
        case "r": try rate(text)
        case "s": try checkSame(text, { SignalNumber($0) }, \.description)
        case "t": try time(text)
        case "u": try checkSame(text, { Resource(text: $0) }, \.text)
        case "w": try checkSame(text, { SecretName($0) }, \.description)
        case "x": try checkSame(text, { Fingerprint($0) }, \.description)
        case "z": try expect(ByteCount.bytes(text).map { $0 >= 0 } ?? true, "a size")
        default: break
        }
    }

    private static func checkSame<Value: Equatable>(
        _ text: String, _ read: (String) -> Value?, _ write: (Value) -> String
    ) throws(Broken) {
        guard let value = read(text) else { return }
        try expect(read(write(value)) == value, "\(write(value)) reads as \(value)")
    }

    private static func base64(_ text: String) throws(Broken) {
        guard let bytes = Base64.decode(text) else { return }
        try expectEqual(bytes.count, text.utf8.count / 4 * 3 - text.utf8.count { $0 == UInt8(ascii: "=") }, "length")
        try expect(Base64.decode(Base64.encode(bytes)) == bytes, "reads as it was")
    }

    private static func duration(_ text: String) throws(Broken) {
        guard let duration = DurationText.duration(text) else { return }
        try expect((.zero...Limits.longestDuration).contains(duration), "a duration is within its bounds")
        guard duration >= .microseconds(1) else { return }
        let shown = DurationText.text(duration)
        guard let again = DurationText.duration(shown) else { throw Broken(description: "\(shown) is no duration") }
        // What is shown is cut off, never more than there is, and stays as it is.
        try expect(again <= duration, "\(shown) is not more than \(duration)")
        try expectEqual(DurationText.text(again), shown, "is shown as it was")
    }

    private static func rate(_ text: String) throws(Broken) {
        guard let rate = StartRate(text) else { return }
        try expect(rate.starts > 0 && rate.per > .zero, "a rate lets something start")
        let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)
        for fullAt in [now, now + rate.per, now + rate.per * 2, Timestamp(nanoseconds: 0)] {
            let (starts, next) = rate.allowance(fullAt: fullAt, now: now)
            try expect((0...rate.starts).contains(starts), "at most \(rate.starts) start now: \(starts)")
            try expect(starts > 0 || next > now, "where none may start, one may later")
        }
    }

    private static func time(_ text: String) throws(Broken) {
        if let time = RFC3339Time(text) {
            try expectEqual(RFC3339Time(time.instant.description)?.instant, time.instant, "reads as it was")
        }
        guard let time = Timestamp(text) else { return }
        try expectEqual(Timestamp(time.description), time, "reads as it was")
        try expectEqual(time.description.utf8.count, 30, "is 30 bytes: \(time)")
    }

    /// Entries of the store's column, a line for each.
    private static func options(_ text: String) throws(Broken) {
        let bytes = Array(text.utf8).map { $0 == UInt8(ascii: "\n") ? 0 : $0 }
        let plain = JobSpec(command: Command(arguments: ["true"]))
        var spec = plain
        guard (try? SQLiteSpecOptions.read(bytes, into: &spec)) != nil else { return }
        var again = plain
        guard (try? SQLiteSpecOptions.read(SQLiteSpecOptions.bytes(of: spec) ?? [], into: &again)) != nil else {
            throw Broken(description: "what was stored cannot be read")
        }
        try expectEqual(again, spec, "a spec is stored as it is")
    }

    private static func interface(_ text: String) throws(Broken) {
        guard let description = try? InterfaceDescription(text) else { return }
        try expectEqual(description.text, text, "the text is kept")
        let names = description.declarations.map(\.name)
        try expectEqual(Set(names).count, names.count, "each name is declared once")
    }
}
