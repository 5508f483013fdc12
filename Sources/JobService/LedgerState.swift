import Jobs

/// What the ledger keeps in mind between transactions; the store is the truth.
///
/// A transaction changes it on its way; where it was not stored the ledger goes back to what it was.
struct LedgerState {
    var queues: [QueueName: QueueState]
    /// When the next scheduled job becomes due; what is in the past is looked up.
    var nextDue: Timestamp? = .distantPast
    /// When the next job expires if it has not started; what is in the past is looked up.
    var nextExpiry: Timestamp? = .distantPast
    /// The jobs that this daemon claimed and that have not ended: no more than there are workers.
    var running: [JobID: RunningJob] = [:]
    /// Resources of which there may be more than those who lack them know.
    var freed: Set<Resource> = []
    /// Jobs have ended of which others are to be told.
    var hasToSettle = true
    /// More is to be done than one transaction should do: the next one follows at once.
    var hasMore = false
    /// Nothing is claimed before all that a claim needs is up.
    var isClaiming = false

    init(queues: [QueueName: QueueState]) {
        self.queues = queues
    }

    /// Changes a queue in its place; does nothing where there is none of that name.
    mutating func withQueue(_ name: QueueName, _ change: (inout QueueState) -> Void) {
        guard let index = queues.index(forKey: name) else { return }
        change(&queues.values[index])
    }

    /// When there is something to do without being asked; `nil` is never.
    ///
    /// - Parameter mayClaim: whether there is room for attempts to start.
    func nextWake(mayClaim: Bool) -> Timestamp? {
        if hasMore || hasToSettle { return .distantPast }
        let starts = isClaiming && mayClaim ? queues.values.compactMap(\.nextStart) : []
        return ([nextDue, nextExpiry].compactMap(\.self) + starts).min()
    }
}

/// A job that was claimed, as the store has it.
final class RunningJob: Sendable {
    let job: Job
    /// What it has taken of its queue.
    let slots: Int

    init(job: Job, slots: Int) {
        self.job = job
        self.slots = slots
    }
}

/// A queue as the ledger sees it.
struct QueueState: Sendable {
    /// What the configuration says.
    private(set) var configured: QueueSettings
    /// False once it was taken out of the configuration: it is kept for those of its jobs that still run.
    var isServed = true
    /// What holds.
    private(set) var settings: QueueSettings
    /// What was set while the daemon ran.
    private(set) var made: [QueueSetting: String] = [:]
    var pause: QueuePause?
    /// Slots of claimed jobs.
    var takenSlots = 0
    /// Jobs that could run: counted along, so that a receipt can tell how many are ahead.
    var readyJobs = 0
    /// Whether the store may hold a job that could be claimed; false only when it was seen to hold none.
    var mayHaveClaimable = true
    /// From when on nothing of the start rate is used up.
    var rateFullAt = Timestamp.distantPast
    /// When the start rate allows the next start; `nil` while it keeps nothing waiting.
    var nextStart: Timestamp?

    init(configured: QueueSettings) {
        self.configured = configured
        settings = configured
    }

    /// Takes up another configuration; what was set while the daemon ran holds on.
    mutating func configure(_ new: QueueSettings) {
        configured = new
        settings = new
        for (setting, value) in made {
            do {
                try setting.apply(value, to: &settings)
            } catch {
                preconditionFailure("\(setting) = \(value) was good before, whatever is configured: \(error)")
            }
        }
        isServed = true
        mayHaveClaimable = true
    }

    /// Makes a setting; `nil` goes back to what the configuration says.
    mutating func set(_ setting: QueueSetting, to value: String?) throws(QueueSettingError) {
        var all = made
        all[setting] = value
        var changed = configured
        for (setting, value) in all { try setting.apply(value, to: &changed) }
        (settings, made) = (changed, all)
    }

    /// The workers that the queue has by a configuration and by what was set.
    func workers(configured: QueueSettings) -> Int {
        made[.workers] == nil ? configured.workers : settings.workers
    }

    var status: QueueStatus {
        QueueStatus(
            settings: settings, configured: configured, made: QueueSetting.allCases.filter { made[$0] != nil },
            pause: pause)
    }
}

extension Timestamp {
    static let distantPast = Timestamp(nanoseconds: 0)
}
