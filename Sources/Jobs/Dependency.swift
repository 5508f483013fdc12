/// That a job waits for another.
package struct Dependency: Hashable, Sendable {
    /// The job that is waited for.
    package let on: JobID
    package let condition: Condition

    /// How the other job must end.
    package enum Condition: String, Hashable, Sendable, CaseIterable {
        /// It must succeed.
        case succeeded
        /// It must end, however.
        case ended
        /// It must fail or be cancelled.
        case failed

        /// Whether a job that ended in this state fulfils it; `nil` while that state is not final.
        package func isMet(by state: JobState.Name) -> Bool? {
            guard state.isFinal else { return nil }
            return switch self {
            case .succeeded: state == .succeeded
            case .ended: true
            case .failed: state != .succeeded
            }
        }
    }

    package init(on: JobID, condition: Condition) {
        self.on = on
        self.condition = condition
    }
}
