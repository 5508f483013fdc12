/// A value and the place where it was found, so that an error can name that.
public struct Parameter: Sendable {
    /// A step of a path.
    enum Step: Sendable {
        case member(String)
        case element(Int)

        /// The step as it is written in a path.
        var path: String {
            switch self {
            case .member(let name): name
            case .element(let index): "[\(index)]"
            }
        }
    }

    /// The value as it came; never null, except as an element of an array.
    public let value: JSONValue
    private let step: Step
    private let unknownMembers: ParameterReader.UnknownMembers

    init(_ step: Step, _ value: JSONValue, _ unknownMembers: ParameterReader.UnknownMembers) {
        self.step = step
        self.value = value
        self.unknownMembers = unknownMembers
    }

    /// An error about this parameter; `problem` is the rest of a sentence: `must be a string`.
    public func error(_ problem: String) -> ParameterError {
        ParameterError(path: step.path, problem: problem)
    }

    /// The error for a value of another type than the interface says.
    private func mismatch(_ problem: String) -> ParameterError {
        ParameterError(path: step.path, problem: problem, kind: .shape)
    }

    /// The string.
    ///
    /// One with U+0000 in it is refused: systemd's peers do not take such a string either, and as an argument or a
    /// path it would end there.
    public func string() throws(ParameterError) -> String {
        guard case .string(var text) = value else { throw mismatch("must be a string") }
        guard !text.withUTF8({ $0.contains(0) }) else { throw error("must not contain the character U+0000") }
        return text
    }

    /// The integer.
    public func integer(in bounds: ClosedRange<Int> = Int.min...Int.max) throws(ParameterError) -> Int {
        guard case .integer(let value) = value else { throw mismatch("must be an integer" + Self.sentence(of: bounds)) }
        guard bounds.contains(Int(value)) else { throw error("must be an integer" + Self.sentence(of: bounds)) }
        return Int(value)
    }

    private static func sentence(of bounds: ClosedRange<Int>) -> String {
        switch (bounds.lowerBound, bounds.upperBound) {
        case (Int.min, Int.max): ""
        case (let least, Int.max): " of at least \(least)"
        case (Int.min, let most): " of at most \(most)"
        case (let least, let most): " from \(least) to \(most)"
        }
    }

    /// The integer from 0 to 2^64-1.
    public func unsigned() throws(ParameterError) -> UInt64 {
        if let value = value.unsignedValue { return value }
        let problem = "must be an integer from 0 to \(UInt64.max)"
        throw value.integerValue == nil ? mismatch(problem) : error(problem)
    }

    /// The number, integer or not.
    public func double() throws(ParameterError) -> Double {
        guard let value = value.doubleValue else { throw mismatch("must be a number") }
        return value
    }

    /// The truth value.
    public func bool() throws(ParameterError) -> Bool {
        guard case .bool(let value) = value else { throw mismatch("must be true or false") }
        return value
    }

    /// The case whose raw value the string is.
    public func choice<Choice>(of choices: Choice.Type = Choice.self) throws(ParameterError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let problem = "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw value.stringValue == nil ? mismatch(problem) : error(problem)
    }

    /// The elements, each read through `body`.
    public func array<Element>(
        _ body: (Parameter) throws(ParameterError) -> Element
    ) throws(ParameterError) -> [Element] {
        guard case .array(let values) = value else { throw mismatch("must be an array") }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do {
                elements.append(try body(Parameter(.element(index), value, unknownMembers)))
            } catch {
                throw error.inside(step.path)
            }
        }
        return elements
    }

    /// The elements, each a string.
    public func strings() throws(ParameterError) -> [String] {
        try array { element throws(ParameterError) in try element.string() }
    }

    /// The members of an object, each read through `body`.
    public func map<Element>(
        _ body: (Parameter) throws(ParameterError) -> Element
    ) throws(ParameterError) -> [String: Element] {
        guard case .object(let object) = value else { throw mismatch("must be an object") }
        var elements: [String: Element] = [:]
        elements.reserveCapacity(object.count)
        for member in object.members {
            do throws(ParameterError) {
                let element = try body(Parameter(.member(member.name), member.value, unknownMembers))
                guard elements.updateValue(element, forKey: member.name) == nil else {
                    throw ParameterError(path: member.name, problem: "is there in two spellings of the same characters")
                }
            } catch {
                throw error.inside(step.path)
            }
        }
        return elements
    }

    /// The members of an object, each a string.
    public func stringMap() throws(ParameterError) -> [String: String] {
        try map { member throws(ParameterError) in try member.string() }
    }

    /// The object, its members read through `body`.
    public func object<Result>(
        _ body: (inout ParameterReader) throws(ParameterError) -> Result
    ) throws(ParameterError) -> Result {
        guard case .object(let object) = value else { throw mismatch("must be an object") }
        do {
            return try object.read(unknownMembers: unknownMembers, body)
        } catch {
            throw error.inside(step.path)
        }
    }
}
