/// What is fuzzed, a case for each decoder or kind of decoders.
///
/// Each target takes any bytes; beyond not crashing it holds its decoders to a property that its file says.
enum FuzzTarget: String, CaseIterable, Sendable {
    case calls
    case configuration
    case jobctl
    case json
    case messages
    case output
    case texts
    case units

    /// - Throws: ``Broken``.
    func check(_ input: [UInt8]) throws(Broken) {
        switch self {
        case .calls: try CallsTarget.check(input)
        case .configuration: try ConfigurationTarget.check(input)
        case .jobctl: try JobctlTarget.check(input)
        case .json: try JSONTarget.check(input)
        case .messages: try MessagesTarget.check(input)
        case .output: try OutputTarget.check(input)
        case .texts: try TextsTarget.check(input)
        case .units: try UnitsTarget.check(input)
        }
    }
}

/// The letter that begins an input says which of several decoders it is for; the rest is what that one reads.
func lettered(_ input: [UInt8]) -> (letter: Unicode.Scalar, rest: ArraySlice<UInt8>)? {
    input.first.map { (Unicode.Scalar($0), input.dropFirst()) }
}
