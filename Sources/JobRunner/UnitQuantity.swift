import Jobs

/// Quantities as systemd writes them: `4G`, `1min 30s`.
enum UnitQuantity {
    typealias Refusal = UnitProperties.Refusal

    /// Bytes, with K, M, G, T, P or E for powers of `base`; `nil` where it is none.
    static func bytes(_ text: String, base: UInt64 = 1024) -> UInt64? {
        let number = text.prefix { $0.isNumber }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard let bytes = UInt64(number), let power = powers[String(unit)] else { return nil }
        var (product, overflow) = (bytes, false)
        for _ in 0..<power where !overflow { (product, overflow) = product.multipliedReportingOverflow(by: base) }
        return overflow ? nil : product
    }

    private static let powers = ["": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6]

    /// Microseconds; a number without a unit counts seconds.
    static func microseconds(_ text: String) throws(Refusal) -> UInt64 {
        if text == "infinity" { return .max }
        guard let time = DurationText.duration(text) else {
            throw Refusal(reason: "'\(text)' is not \(DurationText.rule), nor 'infinity'")
        }
        return UInt64(time / .microseconds(1))
    }

    /// Nanoseconds; a number without a unit counts them.
    static func nanoseconds(_ text: String) throws(Refusal) -> UInt64 {
        if let number = UInt64(text) { return number }
        guard let time = DurationText.duration(text) else {
            throw Refusal(reason: "'\(text)' is not \(DurationText.rule)")
        }
        return UInt64(time / .nanoseconds(1))
    }
}
