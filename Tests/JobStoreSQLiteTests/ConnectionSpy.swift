import CSQLite
import Threading

/// Sees each connection that this process opens, and each statement that runs on it, through SQLite's own hooks.
///
/// Only one at a time; connections must be used by one thread while it is asked for their handles.
final class ConnectionSpy {
    private struct State {
        var handles: [UInt] = []
        var statements: [String] = []
    }

    private static let state = Monitor(State())
    private typealias Extension = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Int32

    /// Called by SQLite for each new connection.
    private static let hook: Extension = { handle, _, _ in
        ConnectionSpy.state.withLock { $0.handles.append(UInt(bitPattern: handle)) }
        sqlite3_trace_v2(
            handle, UInt32(SQLITE_TRACE_STMT),
            { _, _, statement, _ in
                guard let text = sqlite3_sql(OpaquePointer(statement)) else { return 0 }
                let sql = String(cString: text)
                ConnectionSpy.state.withLock { $0.statements.append(sql) }
                return 0
            }, nil)
        return SQLITE_OK
    }

    private static var entry: @convention(c) () -> Void { unsafeBitCast(hook, to: (@convention(c) () -> Void).self) }

    init() {
        Self.state.withLock { $0 = State() }
        sqlite3_auto_extension(Self.entry)
    }

    deinit { sqlite3_cancel_auto_extension(Self.entry) }

    /// The connections that were opened so far, in that order.
    var connections: [RawDatabase] {
        Self.state.withLock { $0.handles }.compactMap { OpaquePointer(bitPattern: $0) }.map {
            RawDatabase(borrowing: $0)
        }
    }

    /// The statements that ran since the last call, each once.
    func takeStatements() -> [String] {
        let all = Self.state.withLock { state in
            defer { state.statements = [] }
            return state.statements
        }
        return Set(all).sorted()
    }
}
