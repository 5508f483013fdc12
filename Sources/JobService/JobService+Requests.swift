package import Jobs
package import Threading

extension JobService {
    /// Stores jobs, all or none, or with `partial` as many as can be; answered when they are on disk.
    ///
    /// - Parameter isAdministrator: whether the jobs may wait for jobs of other users.
    package func submit(
        _ submissions: [Submission], by submitter: Submitter, isAdministrator: Bool, partial: Bool = false,
        _ answer: @escaping SubmitAnswer
    ) {
        do {
            try ledger.put(
                .submit(submissions, by: submitter, isAdministrator: isAdministrator, partial: partial, answer))
        } catch {
            answer(.failure(.shuttingDown))
        }
    }

    /// Does the same with each of these jobs, as far as it can be done.
    ///
    /// Results are in the order of the ids.
    package func change(
        _ ids: [JobID], _ change: ChangeRequest, by requester: Requester
    ) -> Future<[ChangeResult]> {
        request { .change(ids, change, by: requester, $0) }
    }

    /// Makes settings of a queue, all or none; `nil` goes back to what the configuration says.
    ///
    /// They hold at once and stay. The future fails with a `ServiceError`.
    package func set(
        _ settings: [(QueueSetting, String?)], of queue: QueueName, by requester: Requester
    ) -> Future<Void> {
        do {
            // New workers are there before a claim can be on its way to them.
            if let count = workers(after: settings, of: queue) { try growLane(of: queue, to: count) }
        } catch {
            let promise = Promise<Void>()
            promise.fail(ServiceError.badSetting(QueueSetting.workers.rawValue, problem: "cannot be: \(error)"))
            return promise.future
        }
        return request { .set(settings, of: queue, by: requester, $0) }
    }

    /// The workers that a queue gets by these settings; `nil` where they say nothing of them, or cannot be.
    private func workers(after settings: [(QueueSetting, String?)], of queue: QueueName) -> Int? {
        guard settings.contains(where: { $0.0 == .workers }),
            var result = ledger.current.queues[queue]?.configured
        else { return nil }
        for case (let setting, let value?) in settings {
            guard (try? setting.apply(value, to: &result)) != nil else { return nil }
        }
        return result.workers
    }

    /// Goes by another configuration from now on; running attempts go on as they were started.
    ///
    /// What was set by `set` while the daemon runs holds on. A queue that is not configured any more starts nothing.
    ///
    /// - Throws: where the system has no threads for the workers; nothing has changed then.
    package func configure(_ settings: ServiceSettings) throws(ThreadError) -> Future<Void> {
        // New workers are there before a claim can be on its way to them.
        for queue in settings.queues {
            let made = ledger.current.queues[queue.name]
            try growLane(of: queue.name, to: made?.workers(configured: queue) ?? queue.workers)
        }
        return request { .configure(settings, $0) }
    }

    /// Starts no job of a queue any more; those that run go on, or are frozen.
    package func pause(_ queue: QueueName, _ mode: QueuePause.Mode, by requester: Requester) -> Future<Void> {
        request { .pause(queue, mode, by: requester, $0) }
    }

    /// Starts jobs of a queue again, and thaws those that were frozen.
    package func resume(_ queue: QueueName, by requester: Requester) -> Future<Void> {
        request { .pause(queue, nil, by: requester, $0) }
    }

    /// Answered when the ledger has come round once more: it is alive, and has looked at the clock.
    package func ping() -> Future<Void> {
        request { .ping($0) }
    }

    /// Whether so much waits for the ledger that a request may have to wait before it is even taken.
    ///
    /// A thread that must not block hands its request to another one then.
    package var isBusy: Bool { ledger.isBusy }

    /// Keeps what is asked from now on, until ``handOver()``: requests that come together wake the ledger once.
    ///
    /// Of one thread only, which does not block in between.
    package func gather() { ledger.gather() }

    /// Gives the ledger what was asked since ``gather()``.
    package func handOver() { ledger.handOver() }

    func request<Value: Sendable>(_ entry: (Promise<Value>) -> LedgerEntry) -> Future<Value> {
        let promise = Promise<Value>()
        do {
            try ledger.put(entry(promise))
        } catch {
            promise.fail(ServiceError.shuttingDown)
        }
        return promise.future
    }

    /// Removes jobs that ended long ago, or that are too many; a monitor thread calls it now and then.
    ///
    /// - Parameter removeOutput: removes what a job's attempts have printed.
    package func removeRetiredJobs(removeOutput: @escaping @Sendable (RetiredJob) -> Void) throws {
        try RetentionKeeper(
            retention: ledger.current.rules.retention, store: store, ledger: ledger, removeOutput: removeOutput,
            now: now
        ).run()
    }
}
