import JobRunner
import JobService
import Jobs
import Kernel

/// The processes of a machine: they outlive the daemon, ignore it, and end when they like.
///
/// One thread uses it: that of the simulation; hence unchecked.
final class SimulatedHost: Containment, @unchecked Sendable {
    struct Process {
        let claim: Claim
        var isAskedToStop = false
    }

    private(set) var processes: [AttemptID: Process] = [:]
    /// Attempts whose process really ended well.
    private(set) var successes: Set<AttemptID> = []
    private let sweeps: Bool

    init(flaw: Flaw?) {
        sweeps = flaw != .noSweep
    }

    /// Starts a process; says what is wrong with that.
    func start(_ claim: Claim) -> String? {
        let id = claim.order.id
        defer { processes[id] = Process(claim: claim) }
        if processes.keys.contains(where: { $0.job == id.job }) {
            return "attempt \(id) starts while an earlier one still runs"
        }
        return nil
    }

    func askToStop(_ attempt: AttemptID) { processes[attempt]?.isAskedToStop = true }

    /// In an order that is always the same.
    var attempts: [AttemptID] { processes.keys.sorted { ($0.job, $0.number) < ($1.job, $1.number) } }

    func end(_ attempt: AttemptID, isSuccess: Bool) {
        processes[attempt] = nil
        if isSuccess { successes.insert(attempt) }
    }

    // MARK: Containment

    func sweep(until deadline: BootTime, sparing: [AttemptID: DetachedTree]) throws(SystemError) -> Bool {
        if sweeps { processes = [:] }
        return true
    }

    func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        preconditionFailure("the simulation starts no real process")
    }

    func close() {}

    var summary: String { "simulated" }
}
