import Glibc
package import Jobs
package import Kernel
import Systemd
import Threading

/// Runs one attempt of a command as a transient unit of systemd, on the calling thread.
///
/// ```
/// account ─► properties ─► StartTransientUnit ─► poll (bus, output, deadline, stop) ─► result ─► outcome
/// ```
///
/// The unit is loaded for as long as the connection that started it lasts; that one closes when the attempt has ended,
/// and nothing is left.
package final class UnitRunner: AttemptRunner, AttemptSweep {
    let context: RunnerContext
    let names: UnitName
    let nothing: Descriptor
    /// What the manager gives to its units, as far as it was asked for.
    let hardLimits = Monitor<[String: UInt64]>([:])

    package init(_ context: RunnerContext) throws(SystemError) {
        self.context = context
        names = UnitName(store: context.store)
        nothing = try Descriptor.open("/dev/null", O_RDONLY)
    }

    /// The manager that answers to this daemon: the machine's for root, its own user's for anybody else.
    static var bus: SystemBus.Kind { geteuid() == 0 ? .system : .user }

    /// Whether a systemd that can run units answers.
    package static var isAvailable: Bool {
        guard let manager = try? SystemdConnection(bus, patience: .seconds(5)) else { return false }
        return (try? manager.version) != nil
    }

    /// Runs the attempt and returns when no process of it is left; it must not be asked to let go of it.
    package func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
        guard case .ended(let end) = run(order, control: control, from: nil) else {
            preconditionFailure("let go of an attempt for which nobody is there")
        }
        return end
    }

    /// Runs the attempt, or goes on with it, and returns when no process of it is left, or it was asked to let go.
    package func run(
        _ order: AttemptOrder, control: AttemptControl, from detached: DetachedAttempt?
    ) -> AttemptReturn {
        let result = detached.map { goOn(with: $0, order, control) } ?? begin(order, control)
        // What cannot be removed now is removed by the next sweep.
        if case .ended = result, !order.attachments.secrets.isEmpty { try? context.credentials?.remove(order.id) }
        return result
    }

    private func begin(_ order: AttemptOrder, _ control: AttemptControl) -> AttemptReturn {
        if let cause = control.waitUntilThawed() {
            return .ended(AttemptEnd(outcome: Outcome(of: cause), at: .now))
        }
        if control.mustDetach { return .detached(nil) }
        var recorder = OutputRecorder(order, files: context.files, observer: context.observer)
        do {
            let wake = try wakeSignal(for: control)
            let pipes = try pipes()
            let unit = try start(order, pipes)
            let output = AttemptOutput(pipes, recorder: recorder)
            let killing = UnitKilling(patience: context.patienceWithTheKilled)
            return follow(unit, output, Supervision(order, now: .now), killing, order, control, wake)
        } catch {
            if let reason = error.reason { recorder.note("systemd does not run this: \(reason)") }
            recorder.finish()
            let failure = error.startFailure
            return .ended(
                AttemptEnd(outcome: .couldNotStart(step: failure.step, errno: failure.errno), at: .now))
        }
    }

    /// Takes up an attempt that another worker has let go of.
    private func goOn(
        with detached: DetachedAttempt, _ order: AttemptOrder, _ control: AttemptControl
    ) -> AttemptReturn {
        guard case .unit(let startResult, let isKilled) = detached.tree else {
            preconditionFailure("an attempt of another runner")
        }
        let (unit, wake) = takeUp(order, control, startResult: startResult)
        // From here on the new connection keeps the unit loaded.
        _ = Descriptor(owning: detached.process)
        let recorder = OutputRecorder(order, files: context.files, observer: context.observer, from: detached.output)
        var killing = UnitKilling(patience: context.patienceWithTheKilled)
        if isKilled { killing.begin(now: .now) }
        return follow(
            unit, AttemptOutput(detached.output, recorder: recorder), Supervision(order, detached.supervision),
            killing, order, control, wake)
    }

    /// Tries until it can: descriptors may be short, or the bus away.
    private func takeUp(
        _ order: AttemptOrder, _ control: AttemptControl, startResult: String
    ) -> (UnitHandle, WakeSignal) {
        while true {
            if let unit = try? UnitHandle(names.text(of: order.id), on: Self.bus, startResult: startResult),
                let wake = try? wakeSignal(for: control)
            {
                return (unit, wake)
            }
            Pause.sleep(.milliseconds(100))
        }
    }

    /// Sees a started unit through to its end, or lets go of it.
    private func follow(
        _ unit: UnitHandle, _ output: consuming AttemptOutput, _ supervision: consuming Supervision,
        _ killing: consuming UnitKilling, _ order: AttemptOrder, _ control: AttemptControl, _ wake: WakeSignal
    ) -> AttemptReturn {
        if let connection = watch(unit, &output, &supervision, &killing, order, control, wake) {
            let tree = DetachedTree.unit(
                startResult: unit.progress.startResult ?? "done", isKilled: killing.hasBegun)
            return .detached(
                DetachedAttempt(
                    processID: 0, process: connection, tree: tree, started: .now, startedWallClock: .now,
                    output: output.detach(), supervision: supervision.detached))
        }
        proveEmpty(unit, order)
        output.takeRest()
        let end = end(of: unit, &output, order, supervision.cause)
        output.finish()
        return .ended(end)
    }

    private func pipes() throws(UnitFailure) -> AttemptOutput.Pipes {
        do {
            return try AttemptOutput.Pipes()
        } catch {
            throw .step(error)
        }
    }

    private func wakeSignal(for control: AttemptControl) throws(UnitFailure) -> WakeSignal {
        do {
            let wake = try WakeSignal()
            control.attach(wake)
            return wake
        } catch {
            throw .step(StartFailure(step: .output, errno: error.code))
        }
    }
}
