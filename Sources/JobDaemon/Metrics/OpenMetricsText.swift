import JobService

/// Writes the text format of OpenMetrics 1.0: families one after the other, each with its type, unit and help.
struct OpenMetricsText {
    /// What kind of family it is.
    enum Kind: String {
        case counter, gauge, histogram, info
    }

    static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private var text = ""
    private var name = ""

    /// Begins a family.
    ///
    /// - Parameters:
    ///   - name: without the suffixes of its samples (`_total`, `_bucket`), and with the unit at its end.
    ///   - unit: a base unit.
    mutating func begin(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
        self.name = name
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(Self.escaped(help))\n"
    }

    /// Adds a sample to the family.
    mutating func add(_ suffix: String = "", _ labels: [(name: String, value: String)] = [], _ value: String) {
        text += name + suffix
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// Adds all samples of a histogram.
    mutating func add(_ histogram: Histogram, _ labels: [(name: String, value: String)] = []) {
        var below: UInt64 = 0
        let bounds = Histogram.bounds.map(Self.seconds) + ["+Inf"]
        for (count, bound) in zip(histogram.counts, bounds) {
            below += count
            add("_bucket", labels + [("le", bound)], "\(below)")
        }
        add("_count", labels, "\(below)")
        add("_sum", labels, Self.seconds(histogram.sum))
    }

    /// The whole text.
    consuming func finished() -> String { text + "# EOF\n" }

    /// A time in seconds, with as many digits as it takes: `0.00025`, `1.0`.
    static func seconds(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let digits = "\(attoseconds / 1_000_000_000)"
        var fraction = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        while fraction.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(seconds).\(fraction)"
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
