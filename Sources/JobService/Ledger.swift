import JobStore
import Jobs
import Threading

/// The one thread that writes to the store.
///
/// It takes all that waits, makes one transaction of it, commits once, and only then answers and hands over. It sleeps
/// until there is an entry or the next scheduled job is due.
final class Ledger: Sendable {
    private let entries: Queue<LedgerEntry>
    private let store: any JobStore
    private let lanes: [QueueName: Lane]
    private let running: RunningAttempts
    private let watchers: JobWatchers
    private let observer: any ServiceObserver
    private let node: String
    private let now: @Sendable () -> Timestamp

    /// Entries that may wait; a client that submits more waits itself.
    private static let capacity = 16_384

    /// Entries that one transaction takes at most.
    private static let entriesPerTransaction = 1_024

    /// Jobs that the entries of one transaction are about, at most, but for a single entry with more: others wait for
    /// their answers meanwhile.
    private static let jobsPerTransaction = Limits.jobsPerSubmit

    /// The wall clock can be stepped, so a wait for a due time is cut into pieces of this length.
    private static let longestWait = Duration.seconds(60)

    init(
        store: any JobStore, lanes: [QueueName: Lane], running: RunningAttempts, watchers: JobWatchers,
        observer: any ServiceObserver, node: String, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.lanes = lanes
        self.running = running
        self.watchers = watchers
        self.observer = observer
        self.node = node
        self.now = now
        entries = Queue(capacity: Self.capacity)
    }

    /// Hands an entry over; waits while too many wait.
    ///
    /// - Throws: `QueueError.shutDown` when the ledger takes nothing more.
    func put(_ entry: LedgerEntry) throws(QueueError) {
        try entries.put(entry)
    }

    /// Whether so many entries wait that `put` may soon have to wait itself.
    var isBusy: Bool { entries.count > Self.capacity / 2 }

    /// Takes nothing more; `run` returns when what waits is done.
    func shutDown() { entries.shutDown() }

    /// The body of the ledger's thread.
    func run(from initial: LedgerState) {
        var state = initial
        while let batch = nextBatch(nextDue: state.nextDue) {
            var rest = batch[...]
            repeat {
                let part = Self.part(of: rest)
                rest = rest.dropFirst(part.count)
                guard commit(part, &state) else {
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

    /// The entries that wait; none when a job is due; `nil` after the last one.
    private func nextBatch(nextDue: Timestamp?) -> [LedgerEntry]? {
        do {
            return try entries.get(upTo: Self.entriesPerTransaction, until: deadline(nextDue))
        } catch {
            switch error {
            case .shutDown: return nil
            default: return []
            }
        }
    }

    private func deadline(_ nextDue: Timestamp?) -> Deadline {
        guard let nextDue else { return .never }
        return .after(min(max(nextDue - now(), .zero), Self.longestWait))
    }

    /// One transaction; false when storage failed and the ledger must end.
    private func commit(_ batch: ArraySlice<LedgerEntry>, _ state: inout LedgerState) -> Bool {
        let before = state
        do {
            let done = try store.write { transaction throws(JobStoreError) in
                var work = LedgerTransaction(
                    on: transaction, state: before, lanes: lanes, node: node, now: now())
                for entry in batch { try work.apply(entry) }
                try work.settle()
                return work
            }
            state = done.state
            done.effects.perform(running: running, watchers: watchers, observer: observer)
        } catch {
            fail(batch, error)
            return false
        }
        do {
            try store.tidy()
            return true
        } catch {
            // The batch has its answers; only what comes after it has none.
            fail([], error)
            return false
        }
    }

    /// After a storage error nothing is acknowledged any more: neither this batch, whose fate is unknown, nor what came
    /// after it, of which nothing was tried.
    private func fail(_ batch: ArraySlice<LedgerEntry>, _ error: JobStoreError) {
        entries.shutDown()
        observer.storageFailed(error.description)
        running.abandon()
        for entry in batch { entry.fail(.outcomeUnknown(error.description)) }
        while let entry = try? entries.get() { entry.fail(.shuttingDown) }
    }
}
