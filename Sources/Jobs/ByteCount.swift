/// Sizes as people write them.
package enum ByteCount {
    package static let rule = "a size like 512K, 64MiB or \"2 GiB\", in multiples of 1024"

    private static let units: [(String, Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("K", 1 << 10), ("M", 1 << 20),
        ("G", 1 << 30), ("T", 1 << 40), ("B", 1), ("", 1),
    ]

    /// Reads a whole number and its unit; `nil` where it is no size.
    package static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }
}
