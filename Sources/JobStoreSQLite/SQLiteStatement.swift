import CSQLite
import JobStore
import Jobs

/// A prepared statement: bind, step through rows, and it is ready for the next use.
@safe
final class SQLiteStatement {
    private let handle: OpaquePointer
    private unowned let connection: SQLiteConnection

    init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        unsafe self.handle = handle
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs a statement that gives no rows.
    func run(_ values: SQLiteValue...) throws(JobStoreError) { try run(groups: [values]) }

    /// Runs a statement that gives no rows, with the values of one group after the other.
    func run(groups: [[SQLiteValue]]) throws(JobStoreError) {
        try bind(groups)
        _ = try step()
        reset()
    }

    /// Runs a query and gives `read` of each row.
    func rows<Row>(
        _ values: SQLiteValue..., read: (borrowing SQLiteRow) throws(JobStoreError) -> Row
    ) throws(JobStoreError) -> [Row] {
        try rows(values, read: read)
    }

    /// Runs a query with values in an array and gives `read` of each row, up to the first for which it is `nil`.
    func rows<Row>(
        _ values: [SQLiteValue], read: (borrowing SQLiteRow) throws(JobStoreError) -> Row?
    ) throws(JobStoreError) -> [Row] {
        try bind([values])
        defer { reset() }
        var rows: [Row] = []
        while try step(), let row = try read(unsafe SQLiteRow(handle)) { rows.append(row) }
        return rows
    }

    private func bind(_ groups: [[SQLiteValue]]) throws(JobStoreError) {
        var position: Int32 = 0
        for value in groups.joined() {
            position += 1
            let code =
                switch value {
                // As `reset` left it.
                case .null: SQLITE_OK
                case .integer(let number): unsafe sqlite3_bind_int64(handle, position, number)
                case .text(let text):
                    unsafe sqlite3_bind_text(handle, position, text, Int32(text.utf8.count), transient)
                case .blob(let bytes): unsafe sqlite3_bind_blob(handle, position, bytes, Int32(bytes.count), transient)
                }
            guard code == SQLITE_OK else { throw connection.error(code, doing: "bind") }
        }
    }

    /// Goes to the next row; false when there is none.
    private func step() throws(JobStoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = unsafe connection.error(code, doing: String(cString: sqlite3_sql(handle)))
            reset()
            throw error
        }
    }

    private func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }
}

/// Tells SQLite to copy what is bound: `SQLITE_TRANSIENT`, a cast that does not come through to Swift.
private var transient: sqlite3_destructor_type? { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

/// What can be bound to a parameter.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func integer(_ number: Int64?) -> SQLiteValue { number.map { .integer($0) } ?? .null }
    static func integer(_ number: Int) -> SQLiteValue { .integer(Int64(number)) }
    static func text(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
    static func blob(_ bytes: [UInt8]?) -> SQLiteValue { bytes.map { .blob($0) } ?? .null }
    /// 1 or nothing.
    static func flag(_ isSet: Bool) -> SQLiteValue { isSet ? .integer(1 as Int64) : .null }
    /// A user, or nothing for jobd itself.
    static func who(_ who: Actor) -> SQLiteValue {
        switch who {
        case .daemon: .null
        case .user(let user): .integer(Int64(user))
        }
    }
}

/// The row that a query stands at; valid until the next one.
@safe
struct SQLiteRow: ~Copyable {
    private let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int32) -> String {
        guard let text = unsafe sqlite3_column_text(handle, column) else { return "" }
        return unsafe String(cString: text)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func blob(_ column: Int32) -> [UInt8] {
        guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    private func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }
}
