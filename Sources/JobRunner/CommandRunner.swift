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
    private let context: RunnerContext
    private let nothing: Descriptor
    /// Empty trees whose cgroups are still to be removed: that takes as long as starting a process, so it is done
    /// while the ledger stores the outcome.
    private let endedTrees = Monitor<[any ProcessTree]>([])
    private let patienceWithShortage: Duration

    /// - Parameter patienceWithShortage: for how long the start of an attempt is tried again while descriptors,
    ///   processes or memory are short.
    package init(
        containment: any Containment, context: RunnerContext, patienceWithShortage: Duration = .seconds(30)
    ) throws(SystemError) {
        self.containment = containment
        self.context = context
        self.patienceWithShortage = patienceWithShortage
        nothing = try Descriptor.open("/dev/null", O_RDONLY)
    }

    /// What it can hold jobs to; it runs none as a unit.
    package var abilities: Abilities { Abilities(limits: LimitPlan.enforcement(byGroup: containment.limitNames)) }

    /// Removes the secrets that an earlier daemon laid out; call it when nothing of its attempts is left.
    ///
    /// - Parameter spared: the attempts that go on.
    package func sweepCredentials(sparing spared: [AttemptID] = []) throws(SystemError) {
        try context.credentials?.sweep(sparing: spared)
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
        if let detached { return goOn(with: detached, order, control) }
        if let cause = control.waitUntilThawed() {
            return .ended(AttemptEnd(outcome: Outcome(of: cause), at: .now))
        }
        var shortage = Shortage(patience: patienceWithShortage, now: .now)
        while !control.mustDetach {
            do {
                return try attempt(order, control: control)
            } catch {
                guard let pause = shortage.pause(after: error, now: .now) else {
                    return .ended(
                        AttemptEnd(outcome: .couldNotStart(step: error.step, errno: error.errno), at: .now))
                }
                if let cause = control.wait(pause) {
                    return .ended(AttemptEnd(outcome: Outcome(of: cause), at: .now))
                }
            }
        }
        return .detached(nil)
    }

    package func tidy() {
        let trees = endedTrees.withLock { trees in
            defer { trees = [] }
            return trees
        }
        for tree in trees { tree.end() }
    }

    private func attempt(_ order: AttemptOrder, control: AttemptControl) throws(StartFailure) -> AttemptReturn {
        let identity = try Identity.of(order.submitter, mayBeRoot: order.mayBeRoot, from: context.accounts)
        let limits = try LimitPlan(
            order.resources, byGroup: containment.limitNames, isRoot: identity.account.user == 0)
        let tree = try makeTree(for: order)
        do {
            return try attempt(order, as: identity, limits, in: tree, control: control)
        } catch {
            letGo(of: tree, order)
            throw error
        }
    }

    private func attempt(
        _ order: AttemptOrder, as identity: Identity, _ limits: LimitPlan, in tree: any ProcessTree,
        control: AttemptControl
    ) throws(StartFailure) -> AttemptReturn {
        let folder = try layOutSecrets(of: order, for: identity)
        let wake = try wakeSignal(for: control)
        let environment = JobEnvironment(order: order, identity: identity, store: context.store, credentials: folder)
        let spawn = ProcessSpawn(
            executables: environment.executables(for: order.command.arguments[0]),
            arguments: order.command.arguments, environment: environment.entries,
            directory: order.command.directory ?? identity.account.home, identity: identity,
            surroundings: order.surroundings, mayGainPrivileges: order.mayGainPrivileges,
            openFileLimit: context.openFileLimit, ceilings: limits.ceilings)
        let running = try start(spawn, order, in: tree)
        return follow(running, Supervision(order, now: .now), order, in: tree, control: control, wake: wake)
    }

    /// Takes up an attempt that another worker has let go of.
    private func goOn(
        with detached: DetachedAttempt, _ order: AttemptOrder, _ control: AttemptControl
    ) -> AttemptReturn {
        guard let tree = containment.adopt(detached.tree, of: order.id) else {
            preconditionFailure("adopts what was asked for before: \(detached.tree)")
        }
        let recorder = OutputRecorder(order, files: context.files, observer: context.observer, from: detached.output)
        let running = RunningCommand(detached, recorder: recorder)
        let supervision = Supervision(order, detached.supervision)
        while true {
            do {
                let wake = try wakeSignal(for: control)
                return follow(running, supervision, order, in: tree, control: control, wake: wake)
            } catch {
                // Descriptors are short; the attempt is there all the same.
                Pause.sleep(.milliseconds(100))
            }
        }
    }

    /// Sees a started attempt through to its end, or lets go of it.
    private func follow(
        _ running: consuming RunningCommand, _ supervision: consuming Supervision, _ order: AttemptOrder,
        in tree: any ProcessTree, control: AttemptControl, wake: WakeSignal
    ) -> AttemptReturn {
        if let detached = watch(&running, &supervision, order: order, tree: tree, control: control, wake: wake) {
            return .detached(running.detach(tree: detached, supervision: supervision.detached))
        }
        end(tree, of: order)
        let end = finish(&running, of: order, in: tree, stoppedBy: supervision.cause)
        letGo(of: tree, order)
        return .ended(end)
    }

    /// Lets go of what an attempt needed of which no process is left.
    private func letGo(of tree: any ProcessTree, _ order: AttemptOrder) {
        endedTrees.withLock { $0.append(tree) }
        if !order.attachments.secrets.isEmpty { try? context.credentials?.remove(order.id) }
    }

    /// Looks back on an attempt of which no process is left.
    private func finish(
        _ running: inout RunningCommand, of order: AttemptOrder, in tree: any ProcessTree, stoppedBy cause: StopCause?
    ) -> AttemptEnd {
        let wallTime = Duration.nanoseconds(BootTime.now.nanoseconds - running.start.time.nanoseconds)
        running.recordRest()
        let exit = running.exit()
        let usage = tree.usage()
        // A wall clock that was set back in between must not make it negative.
        let latency = order.ready.map { ready in
            Duration.nanoseconds(max(0, running.start.wallClock.nanoseconds - ready.nanoseconds))
        }
        let outcome = cause.map { Outcome(of: $0) } ?? Outcome(of: exit, usage)
        let cost = exit.map { Cost(exit: $0, usage: usage, wallTime: wallTime, startLatency: latency) }
        return AttemptEnd(outcome: outcome, at: .now, cost: cost)
    }

    private func wakeSignal(for control: AttemptControl) throws(StartFailure) -> WakeSignal {
        let wake = try Self.during(.output) { () throws(SystemError) in try WakeSignal() }
        control.attach(wake)
        return wake
    }

    private func makeTree(for order: AttemptOrder) throws(StartFailure) -> any ProcessTree {
        let tree = try Self.during(.cgroup) { () throws(SystemError) in try containment.makeTree(for: order.id) }
        do {
            try tree.limit(to: order.resources)
            return tree
        } catch {
            tree.end()
            throw StartFailure(step: .cgroupLimits, errno: error.code)
        }
    }

    /// - Returns: the folder that the job finds them in; `nil` where it has none.
    private func layOutSecrets(of order: AttemptOrder, for identity: Identity) throws(StartFailure) -> String? {
        let secrets = order.attachments.secrets
        guard !secrets.isEmpty else { return nil }
        guard let credentials = context.credentials else { throw StartFailure(step: .secrets, errno: EOPNOTSUPP) }
        try Self.during(.secrets) { () throws(SystemError) in
            try credentials.layOut(secrets, of: order.id, for: identity.change)
        }
        return credentials.path(of: order.id)
    }

    private func start(
        _ spawn: ProcessSpawn, _ order: AttemptOrder, in tree: any ProcessTree
    ) throws(StartFailure) -> RunningCommand {
        let recorder = OutputRecorder(order, files: context.files, observer: context.observer)
        guard let bytes = order.attachments.input else {
            return try RunningCommand(spawn, input: nothing, tree: tree, recorder: recorder)
        }
        return try RunningCommand(spawn, input: Self.memory(bytes), tree: tree, recorder: recorder)
    }

    private static func during<Result: ~Copyable>(
        _ step: StartStep, _ body: () throws(SystemError) -> Result
    ) throws(StartFailure) -> Result {
        do {
            return try body()
        } catch {
            throw StartFailure(step: step, errno: error.code)
        }
    }

    private static func memory(_ bytes: [UInt8]) throws(StartFailure) -> Descriptor {
        try during(.input) { () throws(SystemError) in try SealedMemory.make(bytes) }
    }

    /// Sleeps until something happens, and does what it calls for, until the process has ended.
    ///
    /// - Returns: the tree, where the process has not ended and is to be let go of.
    private func watch(
        _ running: inout RunningCommand, _ supervision: inout Supervision, order: AttemptOrder,
        tree: any ProcessTree, control: AttemptControl, wake: WakeSignal
    ) -> DetachedTree? {
        while true {
            let event = running.waitForEvent(until: supervision.deadline, wake: wake)
            if case .ended = event { return nil }
            let now = BootTime.now
            if supervision.isOverdue(now: now) { control.stop(because: .timeout) }
            let requests = control.takeRequests()
            for action in supervision.actions(for: requests, now: now) {
                perform(action, on: tree, of: order, &supervision)
            }
            if requests.mustDetach, let detached = tree.detached { return detached }
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
        while !tree.killAll(until: .now + context.patienceWithTheKilled) {
            // Where not even that can be seen, the list is empty, and the message still true.
            context.observer.attempt(order, cannotEnd: (try? tree.survivors()) ?? [])
        }
    }
}
