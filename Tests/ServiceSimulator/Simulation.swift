import JobRunner
import JobService
import JobStore
import Jobs
import Threading

/// jobd's service in a world of one thread, where all that happens is drawn from one seed: clients that repeat and
/// vanish, a store that fails, a daemon that is killed, a clock that jumps, processes that linger.
///
/// First with faults, while it must do nothing wrong; then without, when it must get everything done.
///
/// One thread uses it; hence unchecked.
///
/// Source: W. Wilson, "Testing Distributed Systems with Deterministic Simulation", Strange Loop 2014.
package final class Simulation: @unchecked Sendable {
    /// What came of it.
    package struct Report: Sendable {
        package let seed: UInt64
        /// The rule that was broken, and how; `nil` where none was.
        package let violation: String?
        /// What happened, step by step.
        package let trace: [String]
        /// How often what rarely happens did.
        package let seen: [Rarity: Int]
    }

    let random: RandomSource
    let options: SimulationOptions
    let store: FaultyStore
    let host: SimulatedHost
    let flaw: Flaw?
    var core: LedgerCore?
    var inbox: [LedgerEntry] = []
    var now = Timestamp(nanoseconds: 1_000_000_000_000_000)
    var works: [Work] = []
    var checker: Checker
    var seen: [Rarity: Int] = [:]
    private var trace: [String] = []
    private let keepsTrace: Bool
    private let seed: UInt64

    /// Rules that are broken are told by throwing: the first one ends the simulation.
    struct Violation: Error {
        let sentence: String
    }

    /// - Parameters:
    ///   - flaw: a rule that is broken on purpose.
    ///   - keepsTrace: whether the report tells what happened; costs time.
    package init(seed: UInt64, flaw: Flaw? = nil, keepsTrace: Bool = false) {
        self.seed = seed
        self.flaw = flaw
        self.keepsTrace = keepsTrace
        random = RandomSource(seed: seed)
        options = SimulationOptions(random)
        store = FaultyStore(flaw: flaw)
        host = SimulatedHost(flaw: flaw)
        checker = Checker(options)
    }

    /// Runs it to its end.
    package func run() -> Report {
        var violation: String?
        do {
            try start()
            for _ in 0..<options.steps { try step() }
            try comeToRest()
        } catch let error as Violation {
            violation = error.sentence
        } catch {
            violation = "unexpected: \(error)"
        }
        if checker.hasSeenReplacement { saw(.replaced) }
        return Report(seed: seed, violation: violation, trace: trace, seen: seen)
    }

    func note(_ sentence: @autoclosure () -> String) {
        if keepsTrace { trace.append(sentence()) }
    }

    func saw(_ rarity: Rarity) { seen[rarity, default: 0] += 1 }

    // MARK: The daemon

    /// Starts the daemon as `JobService.start` and `open` do.
    func start() throws {
        note("start at \(now)")
        do {
            let random = random
            let core = try LedgerCore(
                store: store, settings: ServiceSettings(queues: options.queues, resources: options.resources),
                node: "node", jitter: { random.unit() })
            let lost = try Recovery(store: store, sweeps: [host], core: core, now: { self.now }).run().lost
            if !lost.isEmpty { saw(.attemptLost) }
            self.core = core
            try checker.look(at: store, now: now)
            inbox = [.setClaiming(true, Promise())]
        } catch let error as RecoveryError {
            guard case .storage = error else { throw error }
            try crash("while it recovers")
        } catch is JobStoreError {
            try crash("while it starts")
        }
    }

    /// The daemon is gone; what it had not stored is forgotten.
    func crash(_ when: String) throws {
        note("crash \(when)")
        if core != nil { saw(.crash) }
        core = nil
        inbox = []
        store.nextFault = nil
        try checker.look(at: store, now: now)
    }

    /// The ledger makes one transaction of some of what waits for it.
    func process(_ count: Int) throws {
        guard let core else { return }
        var batch = Array(inbox.prefix(count))
        inbox.removeFirst(batch.count)
        if flaw == .staleOutcomeAccepted { batch = batch.map(renumbered) }
        let hadFault = store.nextFault != nil
        do {
            let effects = try core.process(batch, at: now)
            if !store.hasLied { try checker.look(at: store, now: now, isSettled: true) }
            for claim in effects.claims {
                note("run \(claim.order.id) in \(claim.order.queue)")
                if let wrong = host.start(claim) { throw Violation(sentence: wrong) }
            }
            for attempt in effects.stops { host.askToStop(attempt) }
            effects.answer()
            if store.hasLied { try crash("after an answer that was too early") }
        } catch let error as JobStoreError {
            guard hadFault else { throw Violation(sentence: "the store was asked for what cannot be: \(error)") }
            saw(.storeFault)
            try crash("with a store that failed")
        }
    }

    /// The end of an attempt as that of the current one.
    private func renumbered(_ entry: LedgerEntry) -> LedgerEntry {
        guard case .ended(let attempt, let end) = entry, let job = try? store.memory.job(attempt.job),
            case .running(let current, _) = job.state
        else { return entry }
        return .ended(AttemptID(job: attempt.job, number: current), end)
    }

    // MARK: Steps

    private func step() throws {
        guard core != nil else {
            now = now + .milliseconds(random.below(3_000))
            return try start()
        }
        if random.chance(options.crashes) { return try crash("out of nothing") }
        if random.chance(options.faults) { store.nextFault = random.pick(FaultyStore.Fault.allCases) }
        switch random.below(100) {
        case 0..<22: submit()
        case 22..<26: repeatSubmit()
        case 26..<(26 + options.controls): control()
        case 41..<60: endProcess()
        case 60..<72: advance()
        case 72..<74 where random.chance(options.clockJumps * 10): jump()
        case 74..<75 where options.crashes > 0: try drain()
        default: try process(random.number(in: 0...6))
        }
    }

    private func advance() {
        if random.chance(50), let wake = core?.nextWake, wake > now {
            now = wake
        } else {
            now = now + .milliseconds(random.below(8_000))
        }
    }

    private func jump() {
        saw(.clockJump)
        now = now + .seconds(random.number(in: -20...20))
        note("the clock jumps to \(now)")
    }

    /// A process ends by itself, or because it was asked to.
    private func endProcess() {
        guard let attempt = random.pick(host.attempts), let process = host.processes[attempt] else { return }
        end(attempt, outcome(of: process))
    }

    private func end(_ attempt: AttemptID, _ outcome: Outcome) {
        note("\(attempt) ends: \(outcome)")
        host.end(attempt, isSuccess: isSuccess(outcome, attempt))
        checker.note(outcome, of: attempt)
        guard core != nil else { return }
        let entry = LedgerEntry.ended(attempt, AttemptEnd(outcome: outcome, at: now))
        inbox.append(entry)
        // A worker reports an end once; that a second report is harmless is the ledger's promise.
        if random.chance(5) {
            saw(.endReportedTwice)
            inbox.append(entry)
        }
    }

    private func isSuccess(_ outcome: Outcome, _ attempt: AttemptID) -> Bool {
        (try? store.memory.job(attempt.job)).flatMap { $0 }.map { RetryPolicy($0.spec.retry).isSuccess(outcome) }
            ?? false
    }

    private func outcome(of process: SimulatedHost.Process) -> Outcome {
        if process.isAskedToStop, random.chance(80) { return .cancelled }
        return random.pick([
            .exited(code: 0), .exited(code: 0), .exited(code: 0), .exited(code: 1), .exited(code: 75),
            .exited(code: 3), .signalled(9), .timedOut, .couldNotStart(step: .execute, errno: 2),
        ]) ?? .exited(code: 0)
    }

    /// The daemon stops as it should: it starts nothing more, stops what runs, records it, and is gone.
    private func drain() throws {
        saw(.drain)
        note("drain")
        inbox.append(.setClaiming(false, Promise()))
        try process(inbox.count)
        for attempt in host.attempts where core != nil {
            end(attempt, random.chance(70) ? .interrupted : .exited(code: 0))
        }
        while core != nil, !inbox.isEmpty { try process(inbox.count) }
        guard core != nil else { return }
        core = nil
    }

    // MARK: The end

    /// No more faults, nobody is in the way: everything must get done.
    private func comeToRest() throws {
        note("no more faults")
        store.nextFault = nil
        if core == nil { try start() }
        for queue in options.queues { inbox.append(.pause(queue.name, nil, by: Self.administrator, Promise())) }
        try process(inbox.count)
        for index in works.indices where works[index].isUndecided { send([index]) }
        try process(inbox.count)
        let held = try store.memory.jobs(matching: JobFilter(states: [.held]), page: JobPage(limit: .max))
        inbox.append(.change(held.map(\.id), .release, by: Self.administrator, Promise()))
        for _ in 0..<5_000 {
            try process(inbox.count)
            for attempt in host.attempts {
                guard let process = host.processes[attempt] else { continue }
                end(attempt, outcome(of: process))
            }
            guard inbox.isEmpty else { continue }
            guard let core, let wake = core.nextWake else { return try checker.checkRest(store.memory, works) }
            now = max(now, wake)
        }
        throw Violation(sentence: "it does not come to rest")
    }

    static let administrator = Requester(user: 0, isAdministrator: true)
}
