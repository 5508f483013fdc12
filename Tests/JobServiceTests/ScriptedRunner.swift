import JobRunner
import Jobs
import Kernel
import Threading

/// Runs attempts that do nothing until the test says how they end, or somebody stops them.
final class ScriptedRunner: AttemptRunner {
    private struct State {
        var started: [AttemptOrder] = []
        var wakes: [JobID: WakeSignal] = [:]
        var ends: [JobID: Outcome] = [:]
        /// What every attempt ends with that has no end of its own.
        var endOfAll: Outcome?
        var heedsStops = true
        var running: [QueueName: Int] = [:]
        var peak: [QueueName: Int] = [:]
        var controls: [JobID: AttemptControl] = [:]
    }

    private let state = Monitor(State())
    private let changed = Condition()

    /// What was started, in that order.
    var started: [AttemptOrder] { state.withLock { $0.started } }

    /// The jobs that were started, in that order.
    var startedJobs: [JobID] { started.map(\.id.job) }

    /// The most attempts of a queue that ran at once.
    func peak(of queue: QueueName) -> Int { state.withLock { $0.peak[queue] ?? 0 } }

    /// The jobs that run and are frozen.
    var frozenJobs: Set<JobID> {
        Set(state.withLock { $0.controls }.filter { $0.value.isFrozen }.keys)
    }

    /// What was sent to a job that runs, in that order.
    func signals(of job: JobID) -> [SignalNumber] {
        state.withLock { $0.controls[job] }?.takeRequests().signals ?? []
    }

    /// Ends an attempt that runs, or the next one.
    func finish(_ job: JobID, _ outcome: Outcome = .exited(code: 0)) {
        state.withLock { state -> WakeSignal? in
            state.ends[job] = outcome
            return state.wakes[job]
        }?.raise()
    }

    /// Ends all that run and all that will.
    func finishAll(_ outcome: Outcome = .exited(code: 0)) {
        let wakes = state.withLock { state -> [WakeSignal] in
            state.endOfAll = outcome
            return Array(state.wakes.values)
        }
        for wake in wakes { wake.raise() }
    }

    /// From now on attempts end only as the test says, whoever stops them.
    func ignoreStops() { state.withLock { $0.heedsStops = false } }

    /// Waits until so many attempts were started.
    func waitForStart(of count: Int) -> Bool {
        state.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.started.count >= count ? true : nil }
            ?? false
    }

    func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
        guard let wake = try? WakeSignal() else {
            return AttemptEnd(outcome: .couldNotStart(step: .output, errno: 24), at: .now)
        }
        state.withLock { state in
            state.started.append(order)
            state.wakes[order.id.job] = wake
            state.controls[order.id.job] = control
            state.running[order.queue, default: 0] += 1
            state.peak[order.queue] = max(state.peak[order.queue] ?? 0, state.running[order.queue] ?? 0)
        }
        changed.broadcast()
        control.attach(wake)
        let outcome = waitForEnd(of: order, control: control, wake: wake)
        state.withLock { state in
            state.wakes[order.id.job] = nil
            state.controls[order.id.job] = nil
            state.running[order.queue, default: 0] -= 1
        }
        let cost = Cost(userTime: .milliseconds(3), systemTime: .milliseconds(2), maxResident: 1 << 20)
        return AttemptEnd(outcome: outcome, at: .now, cost: cost)
    }

    private func waitForEnd(of order: AttemptOrder, control: AttemptControl, wake: WakeSignal) -> Outcome {
        var poller = Poller()
        poller.add(wake.rawValue, for: .reading)
        while true {
            let end = state.withLock { state -> Outcome? in
                if let end = state.ends.removeValue(forKey: order.id.job) ?? state.endOfAll { return end }
                guard state.heedsStops else { return nil }
                switch control.stopCause {
                case .cancel: return .cancelled
                case .shutdown, .abandonment: return .interrupted
                case .timeout: return .timedOut
                case nil: return nil
                }
            }
            if let end { return end }
            // An end that the test forgot is its fault and seen as one.
            guard (try? poller.wait(until: .now + ServiceHarness.patience)) == true else { return .lost }
            wake.clear()
        }
    }
}
