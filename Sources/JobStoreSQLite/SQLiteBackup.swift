import JobStore
import Threading

/// Makes copies of a store that is in use, one at a time.
final class SQLiteBackup: Sendable {
    private struct State {
        /// Copies the store at the moment.
        var connection: SQLiteConnection?
        var isOver = false
    }

    private let state = Monitor(State())
    private let ended = Event()

    /// - Parameter connection: one that reads the store; closed at the end.
    func run(on connection: SQLiteConnection, to path: String) throws(JobStoreError) {
        let problem = state.withLock { state -> String? in
            if state.isOver { return "the store is being closed" }
            if state.connection != nil { return "a backup is being made already" }
            state.connection = connection
            return nil
        }
        if let problem { throw .refused(problem) }
        defer {
            state.withLock { $0.connection = nil }
            connection.close()
            ended.set()
        }
        try SQLiteFileMaker(path, ending: ".part").makeNew { temporary throws(JobStoreError) in
            try connection.copy(to: temporary)
            let salt = try SQLiteOpening.salt(of: temporary)
            let copy = try SQLiteConnection(path: temporary, writable: true, salt: salt)
            try SQLiteUsage.markCopy(copy)
            try SQLiteOpening.finish(copy)
        }
    }

    /// Ends the copy that is being made, lets no other one begin, and returns when all is over.
    func end() {
        while true {
            let isIdle = state.withLock { state in
                state.isOver = true
                // One that is between two statements does not notice.
                state.connection?.interrupt()
                return state.connection == nil
            }
            if isIdle { return }
            ended.wait(until: .after(.milliseconds(20)))
        }
    }
}
