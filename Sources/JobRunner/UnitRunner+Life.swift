import Glibc
import Jobs
import Kernel
import Systemd

extension UnitRunner {
    /// Sleeps until something happens, and does what it calls for, until the unit has ended.
    ///
    /// - Returns: a descriptor of its connection, where it has not ended and is to be let go of.
    func watch(
        _ unit: UnitHandle, _ output: inout AttemptOutput, _ supervision: inout Supervision,
        _ killing: inout UnitKilling, _ order: AttemptOrder, _ control: AttemptControl, _ wake: WakeSignal
    ) -> Int32? {
        while true {
            unit.takeSignals()
            if unit.isGone || unit.progress.isOver { return nil }
            // What was announced during a call is not to be polled for any more.
            if react(to: unit, order, &killing) { continue }
            let deadline = [supervision.deadline, killing.deadline].compactMap { $0 }.min()
            UnitPoll.wait(for: unit.rawValue, wake, &output, until: deadline)
            let now = BootTime.now
            if supervision.isOverdue(now: now) { control.stop(because: .timeout) }
            let requests = control.takeRequests()
            for action in supervision.actions(for: requests, now: now) {
                perform(action, on: unit, &supervision, &killing)
            }
            if requests.mustDetach, unit.canDetach, let connection = try? Descriptor.copy(of: unit.rawValue) {
                return connection.release()
            }
        }
    }

    /// Does what the unit's own progress calls for.
    ///
    /// - Returns: whether the manager was called for it.
    private func react(to unit: UnitHandle, _ order: AttemptOrder, _ killing: inout UnitKilling) -> Bool {
        if unit.sendAgain() { return true }
        // What the program left behind ends with it, as with a direct child.
        if unit.progress.hasLeftovers { killing.begin(now: .now) }
        switch killing.step(now: .now) {
        case .nothing: return false
        case .kill: kill(unit)
        case .mention:
            kill(unit)
            context.observer.attempt(order, cannotEnd: (try? unit.survivors()) ?? [])
        }
        return true
    }

    func kill(_ unit: UnitHandle) {
        unit.send(.kill)
        unit.stop()
    }

    private func perform(
        _ action: Supervision.Action, on unit: UnitHandle, _ supervision: inout Supervision,
        _ killing: inout UnitKilling
    ) {
        do {
            switch action {
            case .send(let signal):
                if !unit.send(signal), supervision.cause != nil { unit.stop() }
            case .freeze:
                try unit.freeze()
                supervision.didFreeze(now: .now)
            case .thaw:
                try unit.thaw()
                supervision.didThaw(now: .now)
            case .kill: killing.begin(now: .now)
            }
        } catch {
            supervision.didFail(now: .now)
        }
    }

    /// Returns only when no process is left: systemd gives up on those that a KILL does not end at once.
    func proveEmpty(_ unit: UnitHandle, _ order: AttemptOrder) {
        var killing = UnitKilling(patience: context.patienceWithTheKilled)
        while (try? unit.survivors())?.isEmpty != true {
            unit.takeSignals()
            killing.begin(now: .now)
            unit.send(.kill)
            if case .mention = killing.step(now: .now) {
                context.observer.attempt(order, cannotEnd: (try? unit.survivors()) ?? [])
            }
            Pause.sleep(.milliseconds(50))
        }
    }

    /// How an attempt ended of which no process is left.
    func end(
        of unit: UnitHandle, _ output: inout AttemptOutput, _ order: AttemptOrder, _ cause: StopCause?
    ) -> AttemptEnd {
        let name = names.text(of: order.id)
        guard !unit.isGone, let result = try? UnitResult(of: name, from: unit.manager) else {
            return AttemptEnd(outcome: cause.map { Outcome(of: $0) } ?? .lost, at: .now)
        }
        let cost = Cost(of: name, from: unit.manager, ready: order.ready)
        if let cause { return AttemptEnd(outcome: Outcome(of: cause), at: .now, cost: cost) }
        let hasRun = unit.progress.startResult == "done" || output.hasBytes
        let outcome = result.outcome { step in hasRun ? nil : Self.failure(of: step, name) }
        if case .couldNotStart = outcome {
            output.note("systemd could not start \(name): \(result.result), status \(result.status)")
        }
        return AttemptEnd(outcome: outcome, at: .now, cost: cost)
    }

    /// How long the journal may take to hear of a start.
    private static let patienceWithJournal = Duration.seconds(2)

    /// Whether a process that ended with a step's exit code failed at that step, or was the program itself: one that
    /// ends at once is over before systemd has seen it begin.
    ///
    /// - Returns: the error number; `nil` where it was the program.
    private static func failure(of step: StartStep, _ name: String) -> Int32? {
        switch SpawnReport.of(name, on: bus, patience: patienceWithJournal) {
        case .failed(let errno): errno
        case .executed: nil
        // Far more often than a program chooses just this code.
        case .unknown: ECANCELED
        }
    }
}
