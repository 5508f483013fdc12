import JobStore
import Jobs
import Kernel
import Threading

/// The one thread that writes to the store.
///
/// It takes all that waits, makes one transaction of it, commits once, and only then answers and hands over. It sleeps
/// until there is an entry or a time that something waits for.
final class Ledger: Sendable {
    private let entries = Queue<LedgerEntry>(capacity: capacity)
    private let gathered = Monitor(Gathered())
    private let store: any JobStore
    private let outlet: LedgerOutlet
    private let now: @Sendable () -> Timestamp
    private let published: Monitor<Published>

    /// What others may know of the ledger's state.
    struct Published: Sendable {
        /// Those that are served.
        var queues: [QueueName: QueueState]
        var isClaiming: Bool
        var rules: LedgerRules
        /// What there is too little of on the disk.
        var shortage: SpaceShortage?
    }

    /// What is to be handed over in one go.
    private struct Gathered {
        var isOpen = false
        var entries: [LedgerEntry] = []
    }

    /// Entries that may wait; a client that submits more waits itself.
    private static let capacity = 16_384

    /// Entries that one transaction takes at most.
    private static let entriesPerTransaction = 1_024

    /// Jobs that the entries of one transaction are about, at most, but for a single entry with more: others wait for
    /// their answers meanwhile.
    private static let jobsPerTransaction = Limits.jobsPerSubmit

    /// A wait for a time is cut into pieces of this length, in case nobody tells that the wall clock was set.
    private static let longestWait = Duration.seconds(60)

    /// After so many jobs the store rests as soon as nothing comes for so long: it is worth the wake-up, and what it
    /// gives back is taken again only by as much work.
    private static let jobsBeforeRest = 1_000
    private static let quietBeforeRest = Duration.milliseconds(100)

    init(
        store: any JobStore, outlet: LedgerOutlet, rules: LedgerRules, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        published = Monitor(Published(queues: [:], isClaiming: false, rules: rules))
        self.outlet = outlet
        self.now = now
    }

    /// Hands an entry over; waits while too many wait.
    ///
    /// - Throws: `QueueError.shutDown` when the ledger takes nothing more.
    func put(_ entry: LedgerEntry) throws(QueueError) {
        let isGathered = gathered.withLock { gathered in
            if gathered.isOpen { gathered.entries.append(entry) }
            return gathered.isOpen
        }
        if !isGathered { try entries.put(entry) }
    }

    /// Keeps what is put from now on, until ``handOver()``: so the ledger is woken once for all of it.
    func gather() { gathered.withLock { $0.isOpen = true } }

    /// Hands over what was gathered.
    func handOver() {
        let batch = gathered.withLock { gathered in
            defer { gathered = Gathered() }
            return gathered.entries
        }
        for entry in batch {
            do {
                try entries.put(entry)
            } catch {
                entry.fail(.shuttingDown)
            }
        }
    }

    /// Whether so many entries wait that `put` may soon have to wait itself.
    var isBusy: Bool { entries.count + gathered.withLock { $0.entries.count } > Self.capacity / 2 }

    /// The queues, and whether jobs are claimed, after the last transaction.
    var current: Published { published.withLock { $0 } }

    /// Takes nothing more; `run` returns when what waits is done, what is gathered included.
    func shutDown() {
        handOver()
        entries.shutDown()
    }

    /// The body of the ledger's thread.
    ///
    /// - Parameter answering: runs around the answers of each batch.
    func run(_ core: LedgerCore, answering: (() -> Void) -> Void) {
        #if WEAKENED
            core.beforeCommit = outlet.performTooEarly
        #endif
        var gathering = BatchGathering()
        var jobsSinceRest = 0
        while let batch = nextBatch(until: core.nextWake, mayRest: jobsSinceRest >= Self.jobsBeforeRest, &gathering) {
            if batch.isEmpty, jobsSinceRest >= Self.jobsBeforeRest {
                store.rest()
                jobsSinceRest = 0
            }
            jobsSinceRest += batch.reduce(0) { $0 + $1.jobCount }
            var rest = batch[...]
            repeat {
                let part = Self.part(of: rest)
                rest = rest.dropFirst(part.count)
                let goesOn = ThreadProgress.during("storing and answering") {
                    commit(part, core, &gathering, answering)
                }
                guard goesOn else {
                    for entry in rest { entry.fail(.shuttingDown) }
                    return
                }
            } while !rest.isEmpty
        }
    }

    /// As many entries from the front as one transaction takes; at least one where there are any.
    private static func part(of entries: ArraySlice<LedgerEntry>) -> ArraySlice<LedgerEntry> {
        var jobs = 0
        for (index, entry) in zip(entries.indices, entries) {
            jobs += entry.jobCount
            if jobs > jobsPerTransaction, index > entries.startIndex { return entries[..<index] }
        }
        return entries
    }

    /// The entries that wait; none when the time has come; `nil` after the last one.
    private func nextBatch(
        until time: Timestamp?, mayRest: Bool, _ gathering: inout BatchGathering
    ) -> [LedgerEntry]? {
        do {
            let deadline = mayRest ? min(deadline(time), .after(Self.quietBeforeRest)) : deadline(time)
            var batch = try entries.get(upTo: Self.entriesPerTransaction, until: deadline)
            guard let end = gathering.end(having: batch.count, at: .now) else { return batch }
            while batch.count < min(gathering.expected, Self.entriesPerTransaction),
                let more = try? entries.get(upTo: Self.entriesPerTransaction - batch.count, until: end)
            {
                batch += more
            }
            gathering.waited(having: batch.count)
            return batch
        } catch {
            switch error {
            case .shutDown: return nil
            default: return []
            }
        }
    }

    private func deadline(_ time: Timestamp?) -> Deadline {
        guard let time else { return .never }
        return .after(min(max(time - now(), .zero), Self.longestWait))
    }

    /// One transaction; false when storage failed and the ledger must end.
    private func commit(
        _ batch: ArraySlice<LedgerEntry>, _ core: LedgerCore, _ gathering: inout BatchGathering,
        _ answering: (() -> Void) -> Void
    ) -> Bool {
        do {
            let (begin, used) = (ContinuousClock.now, ThreadTime.used)
            let effects = try core.process(batch, at: now())
            let duration = ContinuousClock.now - begin
            gathering.committed(
                batch.count, waiting: entries.count, idle: duration - (ThreadTime.used - used), in: duration, at: .now)
            let before = current.shortage
            publish(core)
            answering { outlet.perform(effects) }
            outlet.meter.count(effects, duration: duration)
            if (before == nil) != (core.shortage == nil) { outlet.observer.spaceChanged(core.shortage) }
        } catch {
            #if WEAKENED
                if Weakness.active == .noFailStop {
                    for entry in batch { entry.fail(.outcomeUnknown(error.description)) }
                    return true
                }
            #endif
            fail(batch, error)
            return false
        }
        do {
            try ThreadProgress.during("tidying up the store") { () throws(JobStoreError) in try store.tidy() }
            return true
        } catch {
            // The batch has its answers; only what comes after it has none.
            fail([], error)
            return false
        }
    }

    private func publish(_ core: LedgerCore) {
        let current = Published(
            queues: core.state.queues.filter(\.value.isServed), isClaiming: core.state.isClaiming, rules: core.rules,
            shortage: core.shortage)
        published.withLock { $0 = current }
    }

    /// After a storage error nothing is acknowledged any more: neither this batch, whose fate is unknown, nor what came
    /// after it, of which nothing was tried.
    private func fail(_ batch: ArraySlice<LedgerEntry>, _ error: JobStoreError) {
        entries.shutDown()
        outlet.storageFailed(error)
        for entry in batch { entry.fail(.outcomeUnknown(error.description)) }
        while let entry = try? entries.get() { entry.fail(.shuttingDown) }
    }
}
