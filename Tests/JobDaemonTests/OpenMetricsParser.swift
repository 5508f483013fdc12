/// A strict reader of OpenMetrics 1.0 text: what it lets pass, every scraper reads.
struct OpenMetricsParser {
    /// A family with all of its samples.
    struct Family {
        let type: String
        var unit: String?
        var help: String?
        var samples: [Sample] = []
    }

    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var families: [String: Family] = [:]
    private var current = ""

    init(_ text: String) throws(Mistake) {
        guard text.hasSuffix("\n# EOF\n") else { throw Mistake(description: "does not end with # EOF") }
        for line in text.dropLast("# EOF\n".count).dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# ") { try readMetadata(line) } else { try readSample(line) }
        }
        for (name, family) in families where family.type == "histogram" { try Self.checkHistogram(name, family) }
    }

    /// The value of the sample with that name and those labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families.values.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }

    private static let suffixes: [String: [String]] = [
        "counter": ["_total"], "gauge": [""], "info": ["_info"], "histogram": ["_bucket", "_count", "_sum"],
    ]

    private mutating func readMetadata(_ line: Substring) throws(Mistake) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 4, Self.isName(words[2]) else { throw Mistake(description: "bad line: \(line)") }
        if words[1] == "TYPE" {
            // Families do not come in parts.
            guard families[words[2]] == nil, Self.suffixes[words[3]] != nil else {
                throw Mistake(description: "a second time, or of no known type: \(line)")
            }
            guard !words[2].hasSuffix("_total"), !words[2].hasSuffix("_info") else {
                throw Mistake(description: "the suffix belongs to the samples: \(line)")
            }
            current = words[2]
            families[current] = Family(type: words[3])
            return
        }
        guard words[2] == current, var family = families[current], family.samples.isEmpty else {
            throw Mistake(description: "not where it belongs: \(line)")
        }
        switch words[1] {
        case "UNIT" where family.unit == nil && current.hasSuffix("_\(words[3])"): family.unit = words[3]
        case "HELP" where family.help == nil && !words[3].isEmpty: family.help = words[3]
        default: throw Mistake(description: "not known, or not possible here: \(line)")
        }
        families[current] = family
    }

    private mutating func readSample(_ line: Substring) throws(Mistake) {
        let name = String(line.prefix { $0 != "{" && $0 != " " })
        guard let family = families[current], family.help != nil,
            Self.suffixes[family.type]?.contains(where: { name == current + $0 }) == true
        else { throw Mistake(description: "no sample of \(current): \(line)") }
        var rest = line.dropFirst(name.count)
        let labels = try Self.readLabels(&rest)
        guard rest.hasPrefix(" "), let value = Double(rest.dropFirst()), !value.isNaN, value >= 0 else {
            throw Mistake(description: "no value: \(line)")
        }
        let sample = Sample(name: name, labels: labels, value: value)
        guard !family.samples.contains(where: { $0.name == name && $0.labels == labels }) else {
            throw Mistake(description: "twice: \(line)")
        }
        families[current]?.samples.append(sample)
    }

    private static func readLabels(_ rest: inout Substring) throws(Mistake) -> [String: String] {
        guard rest.hasPrefix("{") else { return [:] }
        rest.removeFirst()
        var labels: [String: String] = [:]
        while true {
            let name = String(rest.prefix { $0 != "=" })
            rest = rest.dropFirst(name.count)
            guard isName(name), !name.contains(":"), rest.hasPrefix("=\"") else {
                throw Mistake(description: "no label: \(rest)")
            }
            rest = rest.dropFirst(2)
            guard labels.updateValue(try readValue(&rest), forKey: name) == nil else {
                throw Mistake(description: "label \(name) twice")
            }
            guard let next = rest.popFirst() else { throw Mistake(description: "labels without an end") }
            if next == "}" { return labels }
            guard next == "," else { throw Mistake(description: "\(next) between labels") }
        }
    }

    /// Up to the quotation mark at its end.
    private static func readValue(_ rest: inout Substring) throws(Mistake) -> String {
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "\\": value.append("\\")
            case "\"": value.append("\"")
            default: throw Mistake(description: "an escape that is none")
            }
        }
        throw Mistake(description: "a value without an end")
    }

    private static func isName(_ name: String) -> Bool { name.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil }

    /// Buckets rise to +Inf, which is the count.
    private static func checkHistogram(_ name: String, _ family: Family) throws(Mistake) {
        var groups: [[String: String]: [Sample]] = [:]
        for sample in family.samples {
            var labels = sample.labels
            labels["le"] = nil
            groups[labels, default: []].append(sample)
        }
        for samples in groups.values {
            let buckets = samples.filter { $0.name == "\(name)_bucket" }
            let bounds = buckets.compactMap { $0.labels["le"].flatMap(Double.init) }
            guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity,
                buckets.map(\.value) == buckets.map(\.value).sorted(),
                samples.first(where: { $0.name == "\(name)_count" })?.value == buckets.last?.value,
                samples.count(where: { $0.name == "\(name)_sum" }) == 1,
                // As the canonical form of a floating number is written.
                buckets.allSatisfy({ $0.labels["le"] == "+Inf" || $0.labels["le"]?.contains(".") == true })
            else { throw Mistake(description: "\(name) is no histogram") }
        }
    }
}
