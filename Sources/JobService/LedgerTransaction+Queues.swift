import JobStore
import Jobs
import Threading

extension LedgerTransaction {
    /// Makes settings of a queue, all or none.
    func set(
        _ settings: [(QueueSetting, String?)], of name: QueueName, by requester: Requester, _ promise: Promise<Void>
    ) throws(JobStoreError) {
        guard var queue = core.state.queues[name], queue.isServed else { return refuse(promise, noSuchQueue(name)) }
        for (setting, value) in settings {
            do {
                try queue.set(setting, to: value)
            } catch {
                return refuse(promise, .badSetting(setting.rawValue, problem: error.problem))
            }
        }
        core.state.queues[name] = queue
        for (setting, value) in settings {
            try transaction.set(
                setting.rawValue, of: name,
                to: value.map { StoredSetting(value: $0, by: .user(requester.user), at: now) })
        }
        effects.workers.append((name, count: queue.settings.workers))
        let words = settings.map { "\($0.0.rawValue) \($0.1 ?? "as configured")" }
        effects.queueChanges.append((name, .set(words), user: requester.user))
        effects.acknowledged.append(promise)
    }

    /// Pauses a queue, or resumes it where there is no mode.
    func pause(
        _ name: QueueName, _ mode: QueuePause.Mode?, by requester: Requester, _ promise: Promise<Void>
    ) throws(JobStoreError) {
        guard let queue = core.state.queues[name], queue.isServed else { return refuse(promise, noSuchQueue(name)) }
        if let mode {
            effects.queueChanges.append((name, .paused(mode), user: requester.user))
        } else if queue.pause != nil {
            effects.queueChanges.append((name, .resumed, user: requester.user))
        }
        let who = Actor.user(requester.user)
        core.state.queues[name]?.pause = mode.map { QueuePause(mode: $0, by: who, since: now) }
        try transaction.set(
            StoredQueueSettings.pause, of: name,
            to: mode.map { StoredSetting(value: $0.rawValue, by: who, at: now) })
        effects.freezes.append((name, isFrozen: mode == .freeze))
        effects.acknowledged.append(promise)
    }

    /// Lets the workers follow a configuration that was taken up before the transaction.
    func noteConfiguration(_ promise: Promise<Void>) {
        for (name, queue) in core.state.queues {
            effects.workers.append((name, count: queue.isServed ? queue.settings.workers : 0))
        }
        effects.acknowledged.append(promise)
    }

    private func noSuchQueue(_ name: QueueName) -> ServiceError { .noSuchQueue(name, known: core.rules.queues) }

    private func refuse(_ promise: Promise<Void>, _ error: ServiceError) { effects.refused.append((promise, error)) }
}
