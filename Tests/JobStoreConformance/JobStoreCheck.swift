import Testing

/// One rule that every store must keep, with its name as a sentence.
///
/// ```swift
/// @Test("a store keeps the rules", arguments: JobStoreCheck.all)
/// func conforms(check: JobStoreCheck) throws { try check.run(StoreUnderTest(MemoryJobStore())) }
/// ```
package struct JobStoreCheck: Sendable, CustomTestStringConvertible {
    package let sentence: String
    private let body: @Sendable (StoreUnderTest) throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (StoreUnderTest) throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    package var testDescription: String { sentence }

    /// Checks a fresh store; what is wrong is recorded as issues of the current test.
    package func run(_ subject: StoreUnderTest) throws {
        try body(subject)
        subject.close()
    }

    /// Every rule.
    package static let all =
        inserting + reading + ordering + waiting + changing + telling + editing + keeping + depending + taking
        + removing + undoing
}
