package import Jobs
package import Kernel

/// Decides what is done to a running attempt, from what was asked for and from the time.
package struct Supervision {
    package enum Action: Hashable {
        case send(SignalNumber)
        case freeze
        case thaw
        /// Kills all that is left.
        case kill
    }

    private let order: AttemptOrder
    private var limit: TimeLimit
    private var causes: [StopCause] = []
    private var termination: TerminationPlan.Progress?
    private var isFrozen = false
    /// When what failed is tried again.
    private var retry: BootTime?

    /// The attempt starts.
    package init(_ order: AttemptOrder, now: BootTime) {
        self.order = order
        limit = TimeLimit(order.timeout, from: now)
    }

    /// Goes on where another one was.
    init(_ order: AttemptOrder, _ detached: DetachedSupervision) {
        self.order = order
        limit = detached.limit
        causes = detached.causes
        if !causes.isEmpty { termination = TerminationPlan.Progress(killDue: detached.killDue) }
        isFrozen = detached.isFrozen
        // What was to be tried again is tried at once.
        retry = BootTime(nanoseconds: 0)
    }

    /// How far it has come, for another one to go on.
    var detached: DetachedSupervision {
        DetachedSupervision(limit: limit, causes: causes, killDue: termination?.deadline, isFrozen: isFrozen)
    }

    /// Why the attempt is being stopped, if it is.
    package var cause: StopCause? { causes.first }

    /// When it must look again, whether anything was asked for or not.
    package var deadline: BootTime? {
        [termination == nil ? limit.deadline : termination?.deadline, retry].compactMap { $0 }.min()
    }

    /// Whether the attempt has run as long as it may; the caller asks for its stop.
    package func isOverdue(now: BootTime) -> Bool { causes.isEmpty && limit.isOver(at: now) }

    /// What is to be done now, in this order.
    package mutating func actions(for requests: AttemptControl.Requests, now: BootTime) -> [Action] {
        retry = nil
        var actions = requests.signals.map(Action.send)
        let begins = causes.isEmpty && !requests.causes.isEmpty
        for cause in requests.causes where !causes.contains(cause) { stop(because: cause, now: now) }
        if begins { actions.append(.send(order.killSignal)) }
        if requests.isFrozen != isFrozen { actions.append(requests.isFrozen ? .freeze : .thaw) }
        // Neither a frozen nor a stopped process can act on the signal.
        if begins { actions.append(.send(.continue)) }
        if termination?.killIsDue(now: now) == true { actions.append(.kill) }
        return actions
    }

    /// The attempt stands still from now on.
    package mutating func didFreeze(now: BootTime) {
        isFrozen = true
        limit.stand(at: now)
    }

    /// The attempt goes on from now on.
    package mutating func didThaw(now: BootTime) {
        isFrozen = false
        limit.goOn(at: now)
    }

    /// It could be neither frozen nor thawed, perhaps because descriptors are short: both are tried until they work.
    package mutating func didFail(now: BootTime) {
        retry = now + Self.pauseBetweenTries
    }

    private static let pauseBetweenTries = Duration.milliseconds(100)

    private mutating func stop(because cause: StopCause, now: BootTime) {
        causes.append(cause)
        let plan = plan(for: cause)
        if termination == nil {
            termination = TerminationPlan.Progress(plan, now: now)
        } else {
            termination?.hurry(plan, now: now)
        }
    }

    private func plan(for cause: StopCause) -> TerminationPlan {
        let grace =
            switch cause {
            case .timeout, .cancel: order.killAfter
            case .shutdown: order.killAfterAtShutdown
            case .abandonment: Duration.zero
            }
        return TerminationPlan(signal: order.killSignal, grace: grace)
    }
}
