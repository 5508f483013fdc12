package import Kernel

/// How long an attempt may still run; it stands still while the attempt does.
package struct TimeLimit: Sendable {
    package enum State: Sendable {
        case unlimited
        case running(until: BootTime)
        case standing(left: Duration)
    }

    package private(set) var state: State

    /// One that goes on where another one was.
    package init(_ state: State) {
        self.state = state
    }

    /// - Parameter duration: `nil` lets it run for ever.
    package init(_ duration: Duration?, from now: BootTime) {
        state = duration.map { .running(until: now + $0) } ?? .unlimited
    }

    /// When it is over; `nil` where that is never, or not now.
    package var deadline: BootTime? {
        switch state {
        case .running(let deadline): deadline
        case .unlimited, .standing: nil
        }
    }

    package mutating func stand(at now: BootTime) {
        guard case .running(let deadline) = state else { return }
        state = .standing(left: .nanoseconds(max(0, deadline.nanoseconds - now.nanoseconds)))
    }

    package mutating func goOn(at now: BootTime) {
        guard case .standing(let left) = state else { return }
        state = .running(until: now + left)
    }

    package func isOver(at now: BootTime) -> Bool { deadline.map { now >= $0 } ?? false }
}
