import JobProtocol
import JobRunner
import JobService
import Jobs
import Kernel
import Logging
import Systemd
import Threading

/// Tells the journal what jobs print and what happens to them, and tells those who watch.
final class JobJournal: OutputObserver, ServiceObserver {
    private let logger: Logger
    private let queues: Monitor<[QueueName: QueueSettings]>
    private let names: AccountNames
    private let watchers: JobWatchers
    /// `nil` where no journal listens.
    private let journal: JournalSocket?
    /// By the attempts that have printed something and go on.
    private let printing = Monitor<[AttemptID: Printing]>([:])
    private let onChange: @Sendable () -> Void
    private let onStorageFailure: @Sendable (String) -> Void

    /// An attempt whose lines go to the journal.
    private struct Printing {
        /// What all of its entries have in common.
        let fields: [JournalField]
        var allowance: JournalAllowance
    }

    /// - Parameters:
    ///   - onChange: something happened that the daemon's status line may speak of.
    ///   - onStorageFailure: the daemon must stop.
    init(
        logger: Logger, queues: [QueueName: QueueSettings], names: AccountNames, watchers: JobWatchers,
        onChange: @escaping @Sendable () -> Void, onStorageFailure: @escaping @Sendable (String) -> Void
    ) {
        self.logger = logger
        self.queues = Monitor(queues)
        self.names = names
        self.watchers = watchers
        self.onChange = onChange
        self.onStorageFailure = onStorageFailure
        // Where the process has no descriptor left for it, the files have the lines.
        journal = Journal.isReachable ? try? JournalSocket() : nil
    }

    // MARK: Output

    func linesWanted(of order: AttemptOrder) -> Int {
        guard journal != nil, policy(of: order.queue) == .lines else { return 0 }
        let now = BootTime.now
        let (wanted, leftOut) = printing.withLock { printing in
            let leftOut = printing[order.id]?.allowance.takeReport(now: now) ?? 0
            return (printing[order.id]?.allowance.linesWanted(now: now), leftOut)
        }
        report(leftOut, of: order)
        return wanted ?? JournalAllowance.linesPerInterval
    }

    func attempt(_ order: AttemptOrder, printed lines: [OutputLine]) {
        watchers.tell(order.id.job, .printed)
        guard let journal, !lines.isEmpty else { return }
        do {
            let (common, patience) = try take(lines.count, of: order)
            let begin = BootTime.now.nanoseconds
            var refused = 0
            for line in lines {
                let own = [
                    JournalField(.message, line.text), JournalField(.priority, line.stream == .stdout ? 6 : 5),
                    JournalField(try .init("JOBD_STREAM"), line.stream.rawValue),
                ]
                if try !journal.offer(own + common, mayWait: BootTime.now.nanoseconds - begin < patience) {
                    refused += 1
                }
            }
            let spent = BootTime.now.nanoseconds - begin
            printing.withLock { $0[order.id]?.allowance.spend(spent) }
            attempt(order, printedMore: refused)
        } catch {
            // The file has the lines; that the journal does not is worth a word, not a failed job.
            logger.warning(
                "job \(order.id.job): its output did not reach the journal: \(error)", metadata: about(order))
        }
    }

    func attempt(_ order: AttemptOrder, printedMore count: Int) {
        printing.withLock { $0[order.id]?.allowance.leaveOut(count) }
    }

    func outputEnded(of order: AttemptOrder) {
        let leftOut = printing.withLock { printing in
            var ended = printing.removeValue(forKey: order.id)
            return ended?.allowance.takeReport() ?? 0
        }
        report(leftOut, of: order)
    }

    /// Counts the lines, and gives what their entries have in common and how many nanoseconds they may take.
    private func take(_ count: Int, of order: AttemptOrder) throws(SystemdError) -> ([JournalField], Int64) {
        let known = printing.withLock { printing in
            printing[order.id]?.allowance.take(count)
            return printing[order.id].map { ($0.fields, $0.allowance.patienceLeft) }
        }
        if let known { return known }
        // Asks for the user's name, which may take long: not under the lock. No other thread speaks of this attempt.
        var new = Printing(fields: try fields(of: order), allowance: JournalAllowance(now: .now))
        new.allowance.take(count)
        printing.withLock { $0[order.id] = new }
        return (new.fields, new.allowance.patienceLeft)
    }

    private func report(_ leftOut: Int, of order: AttemptOrder) {
        guard leftOut > 0 else { return }
        logger.log(
            .outputLeftOut, .notice,
            "job \(order.id.job): \(leftOut) more lines of its output are not in the journal: jobctl logs has them",
            metadata: about(order))
    }

    func attempt(_ order: AttemptOrder, lostOutput error: SystemError) {
        logger.log(
            .outputLost, .error, "job \(order.id.job): its output can no longer be kept: \(error)",
            metadata: about(order))
    }

    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32]) {
        let list = processes.map(String.init).joined(separator: ", ")
        logger.log(
            .processStays, .warning,
            "job \(order.id.job): killed, but still there: process \(list); its worker waits for that",
            metadata: about(order))
    }

    private func fields(of order: AttemptOrder) throws(SystemdError) -> [JournalField] {
        var fields = [
            JournalField(.syslogIdentifier, "jobd"), JournalField(try .init("JOBD_JOB"), order.id.job.rawValue),
            JournalField(try .init("JOBD_ATTEMPT"), order.id.number),
            JournalField(try .init("JOBD_QUEUE"), order.queue.text),
            JournalField(try .init("JOBD_USER"), names.name(of: order.submitter.user)),
        ]
        if let name = order.name { fields.append(JournalField(try .init("JOBD_NAME"), name)) }
        return fields
    }

    // MARK: Events

    func jobsStored() { onChange() }

    func jobStarted(_ job: Job, attempt: Int) {
        onChange()
        guard speaks(of: job) else { return }
        logger.log(
            .jobStarted, .debug, "job \(job.id) started, attempt \(attempt)", metadata: about(job, attempt: attempt))
    }

    func attemptFailed(_ job: Job, attempt: Int, end: AttemptEnd) {
        onChange()
        guard speaks(of: job) else { return }
        let reason = OutcomeWords(end.outcome).reason ?? OutcomeWords(end.outcome).kind
        let next: String
        if case .scheduled(let until) = job.state {
            next = "the next one starts not before \(until)"
        } else {
            next = "the next one starts as soon as it can"
        }
        logger.log(
            .attemptFailed, .notice, "job \(job.id): attempt \(attempt) failed: \(reason); \(next)",
            metadata: about(job, attempt: attempt), fields: AttemptRecord(end).fields)
    }

    func jobEnded(_ job: Job, attempt: Int?, end: AttemptEnd?) {
        onChange()
        guard speaks(of: job) else { return }
        let reason: String? = if case .failed(let failure) = job.state { FailureWords(failure).reason } else { nil }
        logger.log(
            JournalEvent(end: job.state), job.state.name == .failed ? .notice : .info,
            "job \(job.id) \(job.state.name.rawValue)\(reason.map { ": \($0)" } ?? "")",
            metadata: about(job, attempt: attempt), fields: end.map { AttemptRecord($0).fields } ?? [:])
    }

    func jobChanged(_ job: Job, _ change: Change) {
        onChange()
        guard speaks(of: job), let words = ChangeWords(change, user: names.knownName) else { return }
        var metadata = about(job, attempt: nil)
        metadata["by"] = "\(words.by)"
        metadata["event"] = "\(words.event)"
        logger.log(.jobChanged, .info, "job \(job.id) \(words.sentence)", metadata: metadata)
    }

    func queueChanged(_ queue: QueueName, _ change: QueueChange, by user: UInt32) {
        let by = names.knownName(of: user)
        let (event, what): (JournalEvent, String) =
            switch change {
            case .paused(.drain): (.queuePaused, "is paused")
            case .paused(.freeze): (.queuePaused, "is paused, and its running jobs are frozen")
            case .resumed: (.queueResumed, "goes on")
            case .set(let settings): (.queueSet, "has other settings: \(settings.joined(separator: ", "))")
            }
        logger.log(event, .notice, "queue \(queue) \(what), by \(by)", fields: ["queue": queue.text, "by": by])
    }

    func spaceChanged(_ shortage: SpaceShortage?) {
        onChange()
        guard let shortage else {
            return logger.log(.spaceEnough, .notice, "there is room on the disk again: jobs are stored and started")
        }
        let sentence = SpaceWords.sentence(folder: shortage.folder, free: shortage.free, needed: shortage.needed)
        logger.log(.spaceShort, .error, "\(sentence): nothing new is stored or started until then")
    }

    func storageFailed(_ reason: String) {
        onStorageFailure(reason)
    }

    /// Goes by another configuration from now on.
    func configure(_ new: [QueueName: QueueSettings]) { queues.withLock { $0 = new } }

    private func speaks(of job: Job) -> Bool { policy(of: job.spec.queue) != .off }

    private func policy(of queue: QueueName) -> QueueSettings.Journal? { queues.withLock { $0[queue]?.journal } }

    private func about(_ job: Job, attempt: Int?) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "job": "\(job.id)", "queue": "\(job.spec.queue)", "state": "\(job.state.name.rawValue)",
        ]
        metadata["user"] = "\(names.knownName(of: job.submitter.user))"
        if let attempt { metadata["attempt"] = "\(attempt)" }
        if let name = job.spec.name { metadata["name"] = "\(name)" }
        return metadata
    }

    private func about(_ order: AttemptOrder) -> Logger.Metadata {
        ["job": "\(order.id.job)", "queue": "\(order.queue)", "attempt": "\(order.id.number)"]
    }
}
