import JobStore
import JobStoreSQLite
import Threading

/// Makes backups, each on a thread of its own: one of a large store takes minutes, and readers are few.
final class Backups: Sendable {
    private let store: SQLiteJobStore
    private let threads = Monitor<[DaemonThread]>([])

    init(store: SQLiteJobStore) {
        self.store = store
    }

    /// Begins a backup and returns.
    ///
    /// - Parameter done: called on the thread that makes it; the store refuses a second one meanwhile.
    func begin(at path: String, done: @escaping @Sendable (Result<Void, JobStoreError>) -> Void) throws {
        let store = store
        let thread = try DaemonThread(name: "backup") {
            do throws(JobStoreError) {
                try store.backUp(to: path)
                done(.success(()))
            } catch {
                done(.failure(error))
            }
        }
        let ended = threads.withLock { threads in
            defer { threads.append(thread) }
            return threads.isEmpty ? nil : threads.removeFirst()
        }
        ended?.join()
    }

    /// Ends the one that is being made.
    func end() {
        store.endBackups()
        for thread in threads.withLock({ $0 }) { thread.join() }
    }
}
