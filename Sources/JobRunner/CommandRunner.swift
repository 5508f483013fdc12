package import Jobs
package import Kernel
import Glibc
import Threading

/// Runs one attempt of a command through its whole life, on the calling thread.
///
/// ```
/// account ─► tree ─► spawn ─► poll (exit, output, deadline, stop) ─► end the tree ─► rest of the output ─► outcome
/// ```
package final class CommandRunner: AttemptRunner {
    private let containment: any Containment
    private let files: OutputFiles
    private let observer: any OutputObserver
    private let store: String
    private let accounts: any AccountSource
    private let openFileLimit: UInt64?
    private let nothing: Descriptor
    /// Empty trees whose cgroups are still to be removed: that takes as long as starting a process, so it is done
    /// while the ledger stores the outcome.
    private let endedTrees = Monitor<[any ProcessTree]>([])

    private let patienceWithTheKilled: Duration

    /// - Parameters:
    ///   - store: the store's identity, for the job's environment.
    ///   - accounts: who says whose job it is.
    ///   - openFileLimit: the soft limit of open files that jobs get; `nil` is the daemon's.
    ///   - patienceWithTheKilled: how long a killed tree may take to be gone before it is mentioned, again and again.
    package init(
        containment: any Containment, files: OutputFiles, observer: any OutputObserver, store: String,
        accounts: any AccountSource = NameService(), openFileLimit: UInt64? = nil,
        patienceWithTheKilled: Duration = .seconds(10)
    ) throws(SystemError) {
        self.containment = containment
        self.files = files
        self.observer = observer
        self.store = store
        self.accounts = accounts
        self.openFileLimit = openFileLimit
        self.patienceWithTheKilled = patienceWithTheKilled
        nothing = try Descriptor.open("/dev/null", O_RDONLY)
    }

    /// Runs the attempt and returns when no process of it is left.
    package func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
        if let cause = control.waitUntilThawed() { return AttemptEnd(outcome: Self.outcome(of: cause), at: .now) }
        do {
            let tree = try makeTree(for: order.id)
            defer { endedTrees.withLock { $0.append(tree) } }
            return try run(order, in: tree, control: control)
        } catch {
            return AttemptEnd(outcome: .couldNotStart(step: error.step, errno: error.errno), at: .now)
        }
    }

    package func tidy() {
        let trees = endedTrees.withLock { trees in
            defer { trees = [] }
            return trees
        }
        for tree in trees { tree.end() }
    }

    private func run(
        _ order: AttemptOrder, in tree: any ProcessTree, control: AttemptControl
    ) throws(StartFailure) -> AttemptEnd {
        let wake = try wakeSignal(for: control)
        var running = try start(order, in: tree)
        let cause = watch(&running, order: order, tree: tree, control: control, wake: wake)
        end(tree, of: order)
        running.recordRest()
        let exit = running.exit()
        let outcome = cause.map(Self.outcome) ?? Self.outcome(of: exit)
        return AttemptEnd(outcome: outcome, at: .now, cost: exit.map(Self.cost))
    }

    private func wakeSignal(for control: AttemptControl) throws(StartFailure) -> WakeSignal {
        do {
            let wake = try WakeSignal()
            control.attach(wake)
            return wake
        } catch {
            throw StartFailure(step: .output, errno: error.code)
        }
    }

    private func makeTree(for attempt: AttemptID) throws(StartFailure) -> any ProcessTree {
        do {
            return try containment.makeTree(for: attempt)
        } catch {
            throw StartFailure(step: .cgroup, errno: error.code)
        }
    }

    private func start(_ order: AttemptOrder, in tree: any ProcessTree) throws(StartFailure) -> RunningCommand {
        let identity = try Identity.of(order.submitter, mayBeRoot: order.mayBeRoot, from: accounts)
        let environment = JobEnvironment(order: order, identity: identity, store: store)
        let spawn = ProcessSpawn(
            executables: environment.executables(for: order.command.arguments[0]),
            arguments: order.command.arguments, environment: environment.entries,
            directory: order.command.directory ?? identity.account.home, identity: identity,
            surroundings: order.surroundings, mayGainPrivileges: order.mayGainPrivileges,
            openFileLimit: openFileLimit)
        let recorder = OutputRecorder(order, files: files, observer: observer)
        guard let bytes = order.attachments.input else {
            return try RunningCommand(spawn, input: nothing, tree: tree, recorder: recorder)
        }
        return try RunningCommand(spawn, input: Self.memory(bytes), tree: tree, recorder: recorder)
    }

    private static func memory(_ bytes: [UInt8]) throws(StartFailure) -> Descriptor {
        do {
            return try SealedMemory.make(bytes)
        } catch {
            throw StartFailure(step: .input, errno: error.code)
        }
    }

    /// Sleeps until something happens, and does what it calls for, until the process has ended.
    ///
    /// - Returns: why it was stopped, if it was.
    private func watch(
        _ running: inout RunningCommand, order: AttemptOrder, tree: any ProcessTree, control: AttemptControl,
        wake: WakeSignal
    ) -> StopCause? {
        var supervision = Supervision(order, now: .now)
        while true {
            let event = running.waitForEvent(until: supervision.deadline, wake: wake)
            if case .ended = event { return supervision.cause }
            let now = BootTime.now
            if supervision.isOverdue(now: now) { control.stop(because: .timeout) }
            for action in supervision.actions(for: control.takeRequests(), now: now) {
                perform(action, on: tree, of: order, &supervision)
            }
        }
    }

    private func perform(
        _ action: Supervision.Action, on tree: any ProcessTree, of order: AttemptOrder,
        _ supervision: inout Supervision
    ) {
        do {
            switch action {
            case .send(let signal): tree.signal(signal.rawValue)
            case .freeze:
                try tree.freeze()
                supervision.didFreeze(now: .now)
            case .thaw:
                try tree.thaw()
                supervision.didThaw(now: .now)
            case .kill: end(tree, of: order)
            }
        } catch {
            supervision.didFail(now: .now)
        }
    }

    /// Kills what is left of the attempt and returns only when it is gone: until then its worker is not free.
    private func end(_ tree: any ProcessTree, of order: AttemptOrder) {
        while !tree.killAll(until: .now + patienceWithTheKilled) {
            // Where not even that can be seen, the list is empty, and the message still true.
            observer.attempt(order, cannotEnd: (try? tree.survivors()) ?? [])
        }
    }

    private static func outcome(of cause: StopCause) -> Outcome {
        switch cause {
        case .timeout: .timedOut
        case .cancel: .cancelled
        case .shutdown, .abandonment: .interrupted
        }
    }

    private static func outcome(of exit: ProcessExit?) -> Outcome {
        switch exit?.status {
        case .exited(let code): .exited(code: code)
        case .signalled(let signal): .signalled(signal)
        case nil: .lost
        }
    }

    private static func cost(of exit: ProcessExit) -> Cost {
        Cost(userTime: exit.userTime, systemTime: exit.systemTime, maxResident: exit.maxResident)
    }
}
