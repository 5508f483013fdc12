package import Jobs
import Glibc

/// Hands each attempt to the runner for what it asks to run as.
package struct RoutingRunner: AttemptRunner {
    private let processes: any AttemptRunner
    private let units: (any AttemptRunner)?

    /// - Parameter units: `nil` where no systemd answers: what asks for a unit cannot start then.
    package init(processes: any AttemptRunner, units: (any AttemptRunner)?) {
        self.processes = processes
        self.units = units
    }

    package func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
        switch order.isolation {
        case .process: processes.run(order, control: control)
        case .unit: units?.run(order, control: control) ?? Self.noUnits
        }
    }

    package func run(
        _ order: AttemptOrder, control: AttemptControl, from detached: DetachedAttempt?
    ) -> AttemptReturn {
        switch order.isolation {
        case .process: processes.run(order, control: control, from: detached)
        case .unit: units?.run(order, control: control, from: detached) ?? .ended(Self.noUnits)
        }
    }

    private static var noUnits: AttemptEnd {
        AttemptEnd(outcome: .couldNotStart(step: .unit, errno: EOPNOTSUPP), at: .now)
    }

    package func tidy() {
        processes.tidy()
        units?.tidy()
    }
}
