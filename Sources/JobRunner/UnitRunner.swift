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
    let files: OutputFiles
    let observer: any OutputObserver
    let store: String
    let accounts: any AccountSource
    let openFileLimit: UInt64?
    let credentials: Credentials?
    let patienceWithTheKilled: Duration
    let names: UnitName
    let nothing: Descriptor
    /// What the manager gives to its units, as far as it was asked for.
    let hardLimits = Monitor<[String: UInt64]>([:])

    /// - Parameters:
    ///   - store: the store's identity, for the units' names and the job's environment.
    ///   - accounts: who says whose job it is.
    ///   - openFileLimit: the soft limit of open files that jobs get; `nil` is the manager's.
    ///   - credentials: who opens secrets, for systemd to lay out; without it a job that has some does not start.
    ///   - patienceWithTheKilled: how long a killed unit may take to be gone before it is mentioned, again and again.
    package init(
        files: OutputFiles, observer: any OutputObserver, store: String,
        accounts: any AccountSource = NameService(), openFileLimit: UInt64? = nil, credentials: Credentials? = nil,
        patienceWithTheKilled: Duration = .seconds(10)
    ) throws(SystemError) {
        self.files = files
        self.observer = observer
        self.store = store
        self.accounts = accounts
        self.openFileLimit = openFileLimit
        self.credentials = credentials
        self.patienceWithTheKilled = patienceWithTheKilled
        names = UnitName(store: store)
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
        defer { if !order.attachments.secrets.isEmpty { try? credentials?.remove(order.id) } }
        var recorder = OutputRecorder(order, files: files, observer: observer)
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
