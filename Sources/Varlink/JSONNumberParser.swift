/// Reads one number of a document.
struct JSONNumberParser {
    private(set) var position: Int
    private let start: Int

    init(start: Int) {
        self.start = start
        position = start
    }

    /// The number; ``position`` is behind its last digit then.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let magnitude = try integerPart(bytes)
        let isInteger = try !fraction(bytes)
        guard isInteger, let magnitude else { return .double(try double(bytes)) }
        if !isNegative { return JSONValue(magnitude) }
        // -2^63 has no positive counterpart, so the sign goes on first.
        guard magnitude <= 1 << 63 else { return .double(try double(bytes)) }
        return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
    }

    /// The digits before a point, or nil where they need more than 64 bits.
    private mutating func integerPart(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> UInt64? {
        let first = position
        var magnitude: UInt64? = 0
        while let digit = digit(bytes) {
            position += 1
            guard let value = magnitude else { continue }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            magnitude = overflow || carry ? nil : sum
        }
        guard position > first else { throw error("a digit is missing") }
        guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else {
            throw JSONSyntaxError(offset: first, problem: "a number begins with a needless zero")
        }
        return magnitude
    }

    /// Steps over a fraction and an exponent, and says whether there were any.
    private mutating func fraction(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Bool {
        let end = position
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits(bytes)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(bytes)
        }
        return position > end
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONSyntaxError) {
        let first = position
        while digit(bytes) != nil { position += 1 }
        guard position > first else { throw error("a digit is missing") }
    }

    private func digit(_ bytes: Span<UInt8>) -> UInt8? {
        guard position < bytes.count else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    /// The double nearest to the text so far.
    private func double(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Double {
        let text = bytes.extracting(start..<position).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let value = Double(text), value.isFinite else {
            throw JSONSyntaxError(offset: start, problem: "this number is too large")
        }
        return value
    }

    private func error(_ problem: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: position, problem: problem)
    }
}
