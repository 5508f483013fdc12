/// Names work that must not be there twice: no two unfinished jobs of a user have the same key.
package struct UniqueKey: Hashable, Sendable {
    package let text: String
    package let onConflict: Conflict

    /// What a submit does whose key an unfinished job has already.
    package enum Conflict: String, Hashable, Sendable, CaseIterable {
        /// Gives the job that has the key.
        case existing
        /// Is refused.
        case reject
        /// Takes the place of a job that waits; is refused where that one runs.
        case replace
    }

    package init(_ text: String, onConflict: Conflict = .existing) {
        self.text = text
        self.onConflict = onConflict
    }
}
