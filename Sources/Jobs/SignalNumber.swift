/// A signal of Linux that can be sent: 1 to 64.
package struct SignalNumber: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    /// The number of the first signal without a meaning of its own, as libc counts them: `RTMIN`.
    private static let firstRealTime: Int32 = 34

    /// All signals (signal(7)).
    private static let all: ClosedRange<Int32> = 1...64

    package static let kill = SignalNumber(known: 9)
    package static let terminate = SignalNumber(known: 15)
    package static let `continue` = SignalNumber(known: 18)

    private init(known rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// - Returns: `nil` for a number that is no signal's.
    package init?(rawValue: Int32) {
        guard Self.all.contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Reads `TERM`, `SIGTERM`, `15`, `RTMIN+3` and `RTMAX-2`, in capitals or not.
    package init?(_ text: String) {
        let capitals = text.uppercased()
        let name = capitals.hasPrefix("SIG") ? String(capitals.dropFirst(3)) : capitals
        guard let number = Self.number(name[...]) ?? Self.standard(name) ?? Self.realTime(name) else { return nil }
        self.init(rawValue: number)
    }

    /// `SIGTERM`.
    package var description: String { SignalName.name(of: rawValue) }

    /// Digits only: no sign.
    private static func number(_ text: Substring) -> Int32? {
        text.allSatisfy(\.isNumber) ? Int32(text) : nil
    }

    private static func standard(_ name: String) -> Int32? {
        (1..<firstRealTime).first { SignalName.name(of: $0) == "SIG\(name)" }
    }

    private static func realTime(_ name: String) -> Int32? {
        if name == "RTMIN" { return firstRealTime }
        if name == "RTMAX" { return all.upperBound }
        guard let distance = number(name.dropFirst(6)), all.contains(distance) else { return nil }
        let number: Int32? =
            switch name.prefix(6) {
            case "RTMIN+": firstRealTime + distance
            case "RTMAX-": all.upperBound - distance
            default: nil
            }
        return number.flatMap { $0 >= firstRealTime ? $0 : nil }
    }
}
