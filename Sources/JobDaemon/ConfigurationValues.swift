import Jobs

/// Values of a configuration file, each checked.
extension ConfigurationFile {
    mutating func expectTable(_ node: TOMLNode) {
        guard case .table = node.value else { return refuse(node, "must be a table") }
    }

    mutating func integer(_ node: TOMLNode, in bounds: ClosedRange<Int>) -> Int? {
        guard case .integer(let number) = node.value, let number = Int(exactly: number), bounds.contains(number) else {
            refuse(node, "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
            return nil
        }
        return number
    }

    mutating func boolean(_ node: TOMLNode) -> Bool? {
        guard case .boolean(let isSo) = node.value else {
            refuse(node, "must be true or false")
            return nil
        }
        return isSo
    }

    mutating func duration(
        _ node: TOMLNode, least: Duration, longest: Duration = Limits.longestDuration
    ) -> Duration? {
        guard case .string(let text) = node.value, let duration = DurationText.duration(text),
            (least...longest).contains(duration)
        else {
            let bounds = "from \(DurationText.text(least)) to \(DurationText.text(longest))"
            refuse(node, "must be \(DurationText.rule), \(bounds)")
            return nil
        }
        return duration
    }

    mutating func byteCount(_ node: TOMLNode, in bounds: ClosedRange<Int64> = 1...Int64.max) -> Int64? {
        guard case .string(let text) = node.value, let count = ByteCount.bytes(text), bounds.contains(count) else {
            let least = bounds.lowerBound > 1 ? ", at least \(bounds.lowerBound) bytes" : ""
            refuse(node, "must be a size like \"512KiB\", \"64MiB\" or \"2GiB\"\(least)")
            return nil
        }
        return count
    }

    /// What jobs may use: a size, a percentage or a number, by the limit's name.
    mutating func limit(_ node: TOMLNode, _ name: ResourceLimits.Name) -> Int64? {
        let range = ResourceLimits.range(of: name)
        let amount: Int64?
        let rule: String
        switch (name, node.value) {
        case (.memory, .string(let text)), (.swap, .string(let text)):
            (amount, rule) = (ByteCount.bytes(text), ByteCount.rule)
        case (.cpu, .string(let text)): (amount, rule) = (CPUQuota.percent(text).map(Int64.init), CPUQuota.rule)
        case (.memory, _), (.swap, _): (amount, rule) = (nil, ByteCount.rule)
        case (.cpu, _): (amount, rule) = (nil, CPUQuota.rule)
        case (.tasks, .integer(let number)), (.ioWeight, .integer(let number)): (amount, rule) = (number, "")
        case (.tasks, _), (.ioWeight, _): (amount, rule) = (nil, "")
        }
        guard let amount, range.contains(amount) else {
            let kind = rule.isEmpty ? "a whole number" : rule
            refuse(node, "must be \(kind), from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return amount
    }

    mutating func choice<Value>(_ node: TOMLNode, _ choices: [(String, Value)]) -> Value? {
        guard case .string(let text) = node.value, let choice = choices.first(where: { $0.0 == text }) else {
            refuse(node, "must be one of \(choices.map { "\"\($0.0)\"" }.joined(separator: ", "))")
            return nil
        }
        return choice.1
    }

    mutating func refuse(_ node: TOMLNode, _ sentence: String) {
        problems.append(.init(line: node.line, key: node.path.joined(separator: "."), sentence: sentence))
    }

    mutating func rate(_ node: TOMLNode) -> StartRate? {
        guard case .string(let text) = node.value, let rate = StartRate(text) else {
            refuse(node, "must be \(StartRate.rule)")
            return nil
        }
        return rate
    }
}
