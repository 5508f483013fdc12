import Jobs
import Systemd

/// A property's text on its way to a value of D-Bus.
struct UnitPropertyText {
    typealias Refusal = UnitProperties.Refusal
    typealias Property = SystemdConnection.Property

    let name: String
    let text: String

    init(_ property: UnitProperty) {
        name = property.name
        text = property.value
    }

    func converted(_ kind: UnitPropertyKind) throws(Refusal) -> [Property] {
        switch kind {
        case .memory, .count: try scaled(kind)
        case .limit(let unit): try limit(unit)
        case .time: [Property("\(name.dropLast(3))USec", .uint64(try UnitQuantity.microseconds(text)))]
        case .processorTime: [Property("CPUQuotaPerSecUSec", .uint64(try processorTime()))]
        case .file: [Property("EnvironmentFiles", .array(try file(), of: "(sb)"))]
        default: [Property(name, try value(kind))]
        }
    }

    private func value(_ kind: UnitPropertyKind) throws(Refusal) -> BusValue {
        switch kind {
        case .boolean: .boolean(try boolean())
        case .text: .string(text)
        case .word(let words): .string(try oneOf(words))
        case .booleanOrWord(let words): .string(try booleanOr(words))
        case .choice(let choices): .int32(try choice(choices))
        case .integer(let range): .int32(try integer(range))
        case .mode: .uint32(try mode())
        case .nanoseconds: .uint64(try UnitQuantity.nanoseconds(text))
        case .weight(let words): .uint64(try weight(words))
        case .words: .strings(try UnitWords.split(text))
        case .filter: try filter()
        case .addresses: try UnitAddresses.converted(text)
        case .capabilities: .uint64(try UnitSets.capabilities(text))
        case .namespaces: .uint64(try UnitSets.namespaces(text, all: Self.booleans[text.lowercased()]))
        case .processors: .bytes(try UnitSets.processors(text))
        case .pair: .array(try pair(), of: "(ss)")
        case .named: .array(try named(), of: "(ss)")
        case .namedBytes: .array(try namedBytes(), of: "(say)")
        case .binds: .array(try binds(), of: "(ssbt)")
        case .bandwidth: .array(try bandwidth(), of: "(st)")
        case .errorNumber: .int32(try errorNumber())
        case .memory, .count, .limit, .time, .processorTime, .file: throw refusal("no single value")
        }
    }

    // MARK: One value

    private static let booleans = [
        "1": true, "yes": true, "y": true, "true": true, "t": true, "on": true,
        "0": false, "no": false, "n": false, "false": false, "f": false, "off": false,
    ]

    private func boolean() throws(Refusal) -> Bool {
        guard let flag = Self.booleans[text.lowercased()] else { throw refusal("neither yes nor no") }
        return flag
    }

    private func oneOf(_ words: Set<String>) throws(Refusal) -> String {
        guard words.contains(text) else { throw refusal("none of \(words.sorted().joined(separator: ", "))") }
        return text
    }

    private func booleanOr(_ words: Set<String>) throws(Refusal) -> String {
        Self.booleans[text.lowercased()] == nil ? try oneOf(words.union(["yes", "no"])) : text
    }

    private func choice(_ choices: [String: Int32]) throws(Refusal) -> Int32 {
        guard let number = choices[text] else {
            throw refusal("none of \(choices.keys.sorted().joined(separator: ", "))")
        }
        return number
    }

    private func integer(_ range: ClosedRange<Int32>) throws(Refusal) -> Int32 {
        guard let number = Int32(text), range.contains(number) else {
            throw refusal("no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func mode() throws(Refusal) -> UInt32 {
        guard let mode = UInt32(text, radix: 8), mode <= 0o7777 else { throw refusal("no mode as 0755") }
        return mode
    }

    private func weight(_ words: [String: UInt64]) throws(Refusal) -> UInt64 {
        if let number = words[text] { return number }
        guard let number = UInt64(text), (1...10_000).contains(number) else {
            throw refusal("no number from 1 to 10000")
        }
        return number
    }

    /// Microseconds per second.
    private func processorTime() throws(Refusal) -> UInt64 {
        if text.isEmpty || text == "infinity" { return .max }
        guard text.hasSuffix("%"), let percent = UInt64(text.dropLast()), (1...1_000_000).contains(percent) else {
            throw refusal("no percentage as 150%")
        }
        return percent * 10_000
    }

    /// systemd's number for "end the process".
    private static let killNumber = Int32.max - 1

    private func errorNumber() throws(Refusal) -> Int32 {
        let names: [String: Int32] = [
            "kill": Self.killNumber, "EPERM": 1, "ENOENT": 2, "EIO": 5, "EAGAIN": 11, "ENOMEM": 12, "EACCES": 13,
            "EINVAL": 22, "ENOSYS": 38, "EAFNOSUPPORT": 97, "EOPNOTSUPP": 95,
        ]
        if let number = names[text] { return number }
        guard let number = Int32(text), (1...4095).contains(number) else {
            throw refusal("no error number, nor one of \(names.keys.sorted().joined(separator: ", "))")
        }
        return number
    }

    // MARK: Two properties

    /// A percentage goes to a property of its own, as a part of 2^32-1.
    private func scaled(_ kind: UnitPropertyKind) throws(Refusal) -> [Property] {
        if text == "infinity" { return [Property(name, .uint64(.max))] }
        if text.hasSuffix("%") {
            guard let percent = UInt64(text.dropLast()), percent <= 100 else { throw refusal("no percentage to 100%") }
            return [Property("\(name)Scale", .uint32(UInt32(percent * UInt64(UInt32.max) / 100)))]
        }
        let number = kind == .memory ? UnitQuantity.bytes(text) : UInt64(text)
        guard let number else { throw refusal("no number, percentage or 'infinity'") }
        return [Property(name, .uint64(number))]
    }

    private func limit(_ unit: UnitPropertyKind.LimitUnit) throws(Refusal) -> [Property] {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let bounds = try parts.map { (part) throws(Refusal) in try bound(part, unit) }
        guard let soft = bounds.first, let hard = bounds.last, soft <= hard else {
            throw refusal("its first bound is above its second")
        }
        return [Property(name, .uint64(hard)), Property("\(name)Soft", .uint64(soft))]
    }

    private func bound(_ text: String, _ unit: UnitPropertyKind.LimitUnit) throws(Refusal) -> UInt64 {
        if text == "infinity" { return .max }
        switch unit {
        case .seconds: return (try UnitQuantity.microseconds(text) + 999_999) / 1_000_000
        case .microseconds:
            if let number = UInt64(text) { return number }
            return try UnitQuantity.microseconds(text)
        case .bytes: if let number = UnitQuantity.bytes(text) { return number }
        case .count: if let number = UInt64(text) { return number }
        }
        throw refusal("no bound, nor two as SOFT:HARD")
    }

    // MARK: Lists

    private func filter() throws(Refusal) -> BusValue {
        let isInverted = text.hasPrefix("~")
        let words = try UnitWords.split(isInverted ? String(text.dropFirst()) : text)
        return .structure([.boolean(!isInverted), .strings(words)])
    }

    private func pair() throws(Refusal) -> [BusValue] {
        let words = try UnitWords.split(text)
        guard words.count <= 2 else { throw refusal("more than two words") }
        return words.isEmpty ? [] : [.structure([.string(words[0]), .string(words.count > 1 ? words[1] : "")])]
    }

    private func named() throws(Refusal) -> [BusValue] {
        try UnitWords.split(text).map { word in
            let (name, rest) = Self.cut(word)
            return .structure([.string(name), .string(rest ?? (self.name.hasPrefix("Load") ? name : ""))])
        }
    }

    private func namedBytes() throws(Refusal) -> [BusValue] {
        if text.isEmpty { return [] }
        guard case (let name, .some(let rest)) = Self.cut(text) else { throw refusal("no NAME:VALUE") }
        return [.structure([.string(name), .bytes(rest.utf8)])]
    }

    /// MS_REC of mount(2).
    private static let recursively: UInt64 = 1 << 14

    private func binds() throws(Refusal) -> [BusValue] {
        try UnitWords.split(text).map { (word) throws(Refusal) in
            let mayBeMissing = word.hasPrefix("-")
            let parts = (mayBeMissing ? word.dropFirst() : word[...]).split(
                separator: ":", omittingEmptySubsequences: false)
            let option = parts.count > 2 ? parts[2] : "rbind"
            guard parts.count <= 3, ["rbind", "norbind"].contains(option) else {
                throw refusal("no SOURCE:DESTINATION:rbind")
            }
            let source = String(parts[0])
            let destination = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : source
            return .structure([
                .string(source), .string(destination), .boolean(mayBeMissing),
                .uint64(option == "rbind" ? Self.recursively : 0),
            ])
        }
    }

    private func bandwidth() throws(Refusal) -> [BusValue] {
        let words = try UnitWords.split(text)
        if words.isEmpty { return [] }
        guard words.count == 2, let number = words[1] == "infinity" ? .max : UnitQuantity.bytes(words[1], base: 1000)
        else { throw refusal("no path and number") }
        return [.structure([.string(words[0]), .uint64(number)])]
    }

    private func file() throws(Refusal) -> [BusValue] {
        if text.isEmpty { return [] }
        let mayBeMissing = text.hasPrefix("-")
        return [.structure([.string(mayBeMissing ? String(text.dropFirst()) : text), .boolean(mayBeMissing)])]
    }

    /// What is before and after the first colon.
    private static func cut(_ text: String) -> (String, String?) {
        guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private func refusal(_ reason: String) -> Refusal { Refusal(reason: "'\(text)' is \(reason)") }
}
