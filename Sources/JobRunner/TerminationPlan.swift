package import Kernel
import Glibc

/// How a tree of processes is ended: TERM, a grace, then KILL.
///
/// It always ends in KILL.
package struct TerminationPlan: Hashable, Sendable {
    /// From TERM to KILL.
    package let grace: Duration

    package init(grace: Duration) {
        self.grace = grace
    }

    /// A plan that is being carried out.
    package struct Progress: Sendable {
        /// When the KILL is due; `nil` once it was sent.
        package private(set) var deadline: BootTime?

        /// Begins: the caller sends TERM now.
        package init(_ plan: TerminationPlan, now: BootTime) {
            deadline = now + plan.grace
        }

        /// Whether KILL is due now; true once only.
        package mutating func killIsDue(now: BootTime) -> Bool {
            guard let deadline, now >= deadline else { return false }
            self.deadline = nil
            return true
        }
    }
}
