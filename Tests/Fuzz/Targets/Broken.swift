/// A property that does not hold for an input.
struct Broken: Error, CustomStringConvertible {
    let description: String
}

/// - Throws: what was expected, where it is not so.
func expect(_ condition: Bool, _ expectation: @autoclosure () -> String) throws(Broken) {
    guard condition else { throw Broken(description: expectation()) }
}

/// - Throws: both, where they differ.
func expectEqual<Value: Equatable>(_ one: Value, _ other: Value, _ expectation: String) throws(Broken) {
    try expect(one == other, "\(expectation): \(one) and \(other)")
}
