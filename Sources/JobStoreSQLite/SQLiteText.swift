/// How lists and tables of a spec are bytes in the file.
enum SQLiteText {
    /// NUL after each: no argument and no variable can hold one.
    static func bytes(_ strings: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 1 })
        for string in strings {
            bytes += string.utf8
            bytes.append(0)
        }
        return bytes
    }

    static func strings(_ bytes: [UInt8]) -> [String] {
        var strings: [String] = []
        forEach(bytes) { strings.append(String(decoding: $0, as: UTF8.self)) }
        return strings
    }

    /// NAME=VALUE, sorted, so that equal environments are equal bytes.
    static func bytes(_ variables: [String: String]) -> [UInt8] {
        variables.isEmpty ? [] : bytes(variables.map { "\($0.key)=\($0.value)" }.sorted())
    }

    static func variables(_ bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for pair in pairs(bytes) { variables[pair.name] = pair.value }
        return variables
    }

    /// Entries NAME=VALUE: no name has the sign; values may.
    ///
    /// By bytes, because as a character the sign can be one with what follows it.
    static func pairs(_ bytes: [UInt8]) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        forEach(bytes) { entry in
            guard let sign = entry.firstIndex(of: UInt8(ascii: "=")) else { return }
            pairs.append(
                (String(decoding: entry[..<sign], as: UTF8.self), String(decoding: entry[(sign + 1)...], as: UTF8.self))
            )
        }
        return pairs
    }

    /// Each part that is followed by NUL.
    private static func forEach(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0) {
            body(rest[..<end])
            rest = rest[(end + 1)...]
        }
    }

    /// Joined by commas, sorted; `nil` for none.
    static func text(_ codes: Set<Int32>) -> String? {
        codes.isEmpty ? nil : codes.sorted().map(String.init).joined(separator: ",")
    }

    static func codes(_ text: String) -> Set<Int32> { Set(text.split(separator: ",").compactMap { Int32($0) }) }
}

extension Duration {
    /// Whole nanoseconds, at most about 292 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }
}
