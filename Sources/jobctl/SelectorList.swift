import ArgumentParser
import JobClient

/// Jobs in one word: `4,5`, `@last`, `7-9,@-2`.
struct SelectorList: Equatable, Sendable {
    let selectors: [JobSelector]

    /// - Throws: a sentence that says what is allowed.
    init(parsing text: String) throws(ValidationError) {
        var selectors: [JobSelector] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let selector = JobSelector(String(part)) else {
                throw ValidationError("must be jobs like 4, 4,5, 7-9 or @last")
            }
            selectors.append(selector)
        }
        self.selectors = selectors
    }
}
