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

    /// Runs the attempt and returns when no process of it is left.
    package func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
        if let cause = control.waitUntilThawed() { return AttemptEnd(outcome: Outcome(of: cause), at: .now) }
        // What cannot be removed now is removed by the next sweep.
        defer { if !order.attachments.secrets.isEmpty { try? context.credentials?.remove(order.id) } }
        var recorder = OutputRecorder(order, files: context.files, observer: context.observer)
        do {
            let wake = try wakeSignal(for: control)
            let pipes = try pipes()
            let unit = try start(order, pipes)
            var output = AttemptOutput(pipes, recorder: recorder)
            let cause = watch(unit, &output, order, control, wake)
            proveEmpty(unit, order)
            output.takeRest()
            let end = end(of: unit, &output, order, cause)
            output.finish()
            return end
        } catch {
            if let reason = error.reason { recorder.note("systemd does not run this: \(reason)") }
            recorder.finish()
            let failure = error.startFailure
            return AttemptEnd(outcome: .couldNotStart(step: failure.step, errno: failure.errno), at: .now)
        }
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
