import JobService
import JobStore
import Jobs

/// Looks at what is stored after every commit, and knows what must never be seen there.
///
/// The rules are those of the design, worked out from the stored facts a second time and in another way than the
/// service does.
struct Checker {
    typealias Violation = Simulation.Violation

    private let resources: [String: Int]
    private let configured: [QueueSettings]
    private var before: [JobID: Job] = [:]
    private var labels: Set<String> = []
    /// The slots that each job took when it was last claimed.
    private var slots: [JobID: Int] = [:]
    /// How often each job was brought back after its end.
    private var retries: [JobID: Int] = [:]
    /// How attempts really ended.
    private var outcomes: [AttemptID: Outcome] = [:]
    private var firstViolation: String?
    private var lastLook = Timestamp(nanoseconds: 0)
    /// Whether a job has taken the place of another.
    private(set) var hasSeenReplacement = false

    init(_ options: SimulationOptions) {
        resources = options.resources
        configured = options.queues
    }

    mutating func note(_ outcome: Outcome, of attempt: AttemptID) { outcomes[attempt] = outcome }

    /// An answer names a job: it must be there, and be what was asked for.
    mutating func noteAnswer(_ receipt: Receipt, to work: Work) {
        guard let job = before[receipt.id] else {
            return complain("job \(receipt.id) was acknowledged and is not stored")
        }
        if receipt.existing == .key {
            guard job.spec.key?.text == work.submission.spec.key?.text, job.submitter.user == work.user else {
                return complain("\(work.label) was given job \(job.id), which has another key")
            }
            // It may have ended later in the same transaction.
            if let ended = job.ended, ended != lastLook {
                complain("\(work.label) was given job \(job.id) for its key, which has ended")
            }
        } else if job.spec.command.arguments[1] != work.label {
            complain("\(work.label) was given job \(job.id), which is another one")
        }
        if let known = work.job, known != receipt.id, work.isOwn {
            complain("\(work.label) was job \(known) and is job \(receipt.id) now")
        }
    }

    private mutating func complain(_ sentence: String) { firstViolation = firstViolation ?? sentence }

    /// Looks at all that was made or changed since the last look.
    ///
    /// - Parameter isSettled: whether the ledger has just done all that was to be done by then.
    mutating func look(at store: FaultyStore, now: Timestamp, isSettled: Bool = false) throws {
        if let firstViolation { throw Violation(sentence: firstViolation) }
        let memory = store.memory
        let settings = try settings(in: memory)
        var claimed: [ChangedJob] = []
        let touched = store.touched.sorted()
        store.touched = []
        for id in touched {
            guard let job = try memory.job(id), job != before[id] else { continue }
            let step = ChangedJob(
                job: job, before: before[id], attempts: try memory.attempts(of: id),
                changes: try memory.changes(of: id), now: now)
            if step.before?.state != job.state { try checkEnd(of: step, in: memory) }
            guard step.isClaimed else { continue }
            try checkClaim(of: step, in: memory)
            slots[id] = min(job.spec.slots, settings[job.spec.queue]?.workers ?? 0)
            claimed.append(step)
        }
        for id in touched {
            guard let job = try memory.job(id) else { continue }
            if before.updateValue(job, forKey: id) == nil { try checkLabel(of: job) }
        }
        try checkKeys(of: touched)
        if !claimed.isEmpty {
            try checkOrder(of: claimed)
            try checkBounds(of: claimed.map(\.job), settings)
        }
        if isSettled, let late = before.values.first(where: { $0.expiry.map { $0 <= now } ?? false }) {
            throw Violation(sentence: "job \(late.id) has expired, and still waits")
        }
        lastLook = now
    }

    /// What holds of the queues by what is stored: only the workers are changed here.
    private func settings(in store: MemoryJobStore) throws -> [QueueName: QueueSettings] {
        let stored = try store.queueSettings()
        var settings: [QueueName: QueueSettings] = [:]
        for var queue in configured {
            if let workers = stored[queue.name]?["workers"].flatMap({ Int($0.value) }) { queue.workers = workers }
            settings[queue.name] = queue
        }
        return settings
    }

    // MARK: Sameness

    private mutating func checkLabel(of job: Job) throws {
        let label = job.spec.command.arguments[1]
        guard labels.insert(label).inserted else { throw Violation(sentence: "\(label) is there twice") }
    }

    private func checkKeys(of touched: [JobID]) throws {
        guard touched.contains(where: { before[$0]?.spec.key != nil }) else { return }
        var keys: Set<String> = []
        for job in before.values where !job.state.isFinal {
            guard let key = job.spec.key else { continue }
            guard keys.insert("\(job.submitter.user) \(key.text)").inserted else {
                throw Violation(sentence: "two unfinished jobs have the key \(key.text): one is \(job.id)")
            }
        }
    }

    // MARK: Claims

    private func checkClaim(of step: ChangedJob, in store: MemoryJobStore) throws {
        let job = step.job
        guard job.attempts == (step.before?.attempts ?? 0) + 1, step.attempts.map(\.number) == Array(1...job.attempts)
        else { throw Violation(sentence: "job \(job.id): attempts are not numbered one by one") }
        if let time = step.notBefore, time > step.now {
            throw Violation(sentence: "job \(job.id) starts before its time")
        }
        if job.attempts == 1, let expires = job.spec.expires, job.submitted + expires <= step.now {
            throw Violation(sentence: "job \(job.id) starts after it has expired")
        }
        if step.wasCancelled { throw Violation(sentence: "job \(job.id) starts after it was cancelled") }
        let spent = step.countedFailures
        // It may have failed in another queue, and have been moved since.
        let allowed = job.spec.retry.retries ?? configured.map(\.retries).max() ?? 0
        guard spent <= allowed else {
            throw Violation(sentence: "job \(job.id) starts after \(spent) failures, with \(allowed) retries")
        }
        for dependency in try store.dependencies(of: job.id, limit: .max) {
            guard try wasMet(dependency, in: store) else {
                throw Violation(sentence: "job \(job.id) starts before job \(dependency.on) has ended as it must")
            }
        }
    }

    /// Whether the other job has ever been in a state that the dependency asks for.
    private func wasMet(_ dependency: Dependency, in store: MemoryJobStore) throws -> Bool {
        try states(of: dependency.on, in: store).contains { dependency.condition.isMet(by: $0) == true }
    }

    private func states(of id: JobID, in store: MemoryJobStore) throws -> [JobState.Name] {
        guard let job = try store.job(id) else { return [] }
        return Transition.all(
            of: job, attempts: try store.attempts(of: id), changes: try store.changes(of: id)
        ).map(\.state)
    }

    /// Of what could be claimed nothing may be left that comes before what was.
    private func checkOrder(of claimed: [ChangedJob]) throws {
        for left in before.values {
            guard case .ready(let since, nil) = left.state else { continue }
            for step in claimed where step.job.spec.queue == left.spec.queue {
                var isBefore = left.spec.priority > step.job.spec.priority
                if left.spec.priority == step.job.spec.priority, let time = step.readySince {
                    isBefore = (since, left.id) < (time, step.job.id)
                }
                if isBefore {
                    throw Violation(
                        sentence: "job \(step.job.id) starts, and job \(left.id), which comes before it, waits")
                }
            }
        }
    }

    private func checkBounds(of claimed: [Job], _ settings: [QueueName: QueueSettings]) throws {
        let running = before.values.filter { $0.state.name == .running }
        for queue in Set(claimed.map(\.spec.queue)) {
            let workers = settings[queue]?.workers ?? 0
            let taken = running.filter { $0.spec.queue == queue }.reduce(0) { $0 + (slots[$1.id] ?? 0) }
            guard taken <= workers else {
                throw Violation(sentence: "\(taken) slots of queue \(queue) are taken, of \(workers)")
            }
        }
        for (name, capacity) in resources {
            let taken = running.reduce(0) { $0 + ($1.spec.needs[name] ?? 0) }
            guard taken <= capacity else { throw Violation(sentence: "\(taken) of \(name) are taken, of \(capacity)") }
        }
        for job in claimed {
            for word in job.spec.limits.keys {
                let others = running.filter { $0.submitter == job.submitter && $0.spec.limits[word] != nil }
                let bound = others.compactMap { $0.spec.limits[word] }.max() ?? 0
                guard others.count <= bound else {
                    throw Violation(sentence: "\(others.count) jobs run with the limit \(word)=\(bound)")
                }
            }
        }
    }

    // MARK: Ends

    private mutating func checkEnd(
        of step: ChangedJob, in store: MemoryJobStore
    ) throws {
        let job = step.job
        let count = step.changes.count { $0.cause == .retried }
        let isRetried = count > retries[job.id, default: 0]
        retries[job.id] = count
        if case .replaced? = step.changes.last?.cause { hasSeenReplacement = true }
        if let before = step.before, before.state.isFinal, before.state != job.state, !isRetried {
            throw Violation(sentence: "job \(job.id) had ended, and is \(job.state.name) now")
        }
        let last = AttemptID(job: job.id, number: job.attempts)
        switch job.state {
        case .succeeded:
            guard let outcome = outcomes[last], RetryPolicy(job.spec.retry).isSuccess(outcome) else {
                throw Violation(sentence: "job \(job.id) has succeeded, and its attempt has not")
            }
        case .failed(.attempt(let outcome)):
            guard outcome == .lost || outcomes[last] == outcome else {
                throw Violation(sentence: "job \(job.id) failed by what did not happen: \(outcome)")
            }
            try checkRetriesAreSpent(step, outcome)
        case .failed(.expired):
            guard job.attempts == 0, let expires = job.spec.expires, job.submitted + expires <= step.now else {
                throw Violation(sentence: "job \(job.id) expired, and had time")
            }
        case .failed(.dependency(let other)):
            let conditions = try store.dependencies(of: job.id, limit: .max).filter { $0.on == other }.map(\.condition)
            let states = try states(of: other, in: store)
            guard conditions.contains(where: { condition in states.contains { condition.isMet(by: $0) == false } })
            else { throw Violation(sentence: "job \(job.id) failed for job \(other), which gave no reason") }
        case .cancelled:
            guard step.wasCancelled || outcomes[last] == .cancelled else {
                throw Violation(sentence: "job \(job.id) is cancelled, and nobody asked for it")
            }
        case .failed(.poison), .blocked, .scheduled, .ready, .held, .running: break
        }
    }

    private func checkRetriesAreSpent(_ step: ChangedJob, _ outcome: Outcome) throws {
        let job = step.job
        if case .exited(let code) = outcome, !job.spec.retry.exitCodes.isEmpty, code != 75,
            !job.spec.retry.exitCodes.contains(code)
        {
            return
        }
        guard outcome != .interrupted, outcome != .lost || job.spec.retry.onInterrupt == nil else { return }
        let allowed = job.spec.retry.retries ?? configured.map(\.retries).min() ?? 0
        guard step.countedFailures > allowed else {
            throw Violation(
                sentence: "job \(job.id) failed after \(step.countedFailures) failures, with \(allowed) retries")
        }
    }

    // MARK: The end

    /// When everything is at rest everything has ended, and everything that was promised is there.
    mutating func checkRest(_ store: MemoryJobStore, _ works: [Work]) throws {
        if let firstViolation { throw Violation(sentence: firstViolation) }
        for job in before.values.sorted(by: { $0.id < $1.id }) {
            guard job.state.isFinal else {
                throw Violation(sentence: "job \(job.id) is \(job.state) for ever")
            }
            let attempts = try store.attempts(of: job.id)
            guard attempts.count == job.attempts, attempts.allSatisfy({ $0.end != nil }) else {
                throw Violation(sentence: "job \(job.id) has attempts without an end")
            }
            let history = Transition.all(of: job, attempts: attempts, changes: try store.changes(of: job.id))
            guard history.last?.state == job.state.name else {
                throw Violation(
                    sentence: "job \(job.id) is \(job.state.name), and its history ends with "
                        + "\(history.last?.state.rawValue ?? "nothing")")
            }
        }
        for work in works where work.timesSent > 0 {
            if work.submission.token != nil, work.isUndecided {
                throw Violation(sentence: "\(work.label) was asked for until the end, and has no answer")
            }
            if let id = work.job, before[id] == nil {
                throw Violation(sentence: "job \(id) was acknowledged and is gone")
            }
        }
    }
}
