package import Jobs
package import Kernel

/// How a tree of processes is ended: a signal, a grace, then KILL.
///
/// It always ends in KILL.
package struct TerminationPlan: Hashable, Sendable {
    /// What asks the processes to end.
    package let signal: SignalNumber
    /// From that signal to KILL.
    package let grace: Duration

    package init(signal: SignalNumber = .terminate, grace: Duration) {
        self.signal = signal
        self.grace = signal == .kill ? .zero : grace
    }

    /// A plan that is being carried out.
    package struct Progress: Sendable {
        /// When the KILL is due; `nil` once it was sent.
        package private(set) var deadline: BootTime?

        /// Goes on with a plan whose signal was sent.
        init(killDue: BootTime?) {
            deadline = killDue
        }

        /// Begins: the caller sends the plan's signal now.
        package init(_ plan: TerminationPlan, now: BootTime) {
            deadline = now + plan.grace
        }

        /// Another plan begins as well: the earlier KILL counts.
        package mutating func hurry(_ plan: TerminationPlan, now: BootTime) {
            deadline = deadline.map { min($0, now + plan.grace) }
        }

        /// Whether KILL is due now; true once only.
        package mutating func killIsDue(now: BootTime) -> Bool {
            guard let deadline, now >= deadline else { return false }
            self.deadline = nil
            return true
        }
    }
}
