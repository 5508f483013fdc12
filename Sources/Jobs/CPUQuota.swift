/// Processor time as people write it: percent of one processor.
package enum CPUQuota {
    package static let rule = "percent of one processor, like 50% or 150%"

    /// Reads `150%`; `nil` for anything else.
    package static func percent(_ text: String) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        return Int(digits)
    }
}
