import CSQLite
import JobStore

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
    ///
    /// - Returns: how many rows it inserted, updated or deleted; of no meaning for one that does none of these.
    @discardableResult
    func run(_ bind: (inout SQLiteParameters) -> Void = { _ in }) throws(JobStoreError) -> Int {
        try prepare(bind)
        defer { reset() }
        _ = try step()
        return unsafe Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Runs a query and gives `read` of each row, up to the first for which it is `nil`.
    func rows<Row>(
        _ bind: (inout SQLiteParameters) -> Void = { _ in },
        read: (borrowing SQLiteRow) throws(JobStoreError) -> Row?
    ) throws(JobStoreError) -> [Row] {
        try prepare(bind)
        defer { reset() }
        var rows: [Row] = []
        while try step(), let row = try read(unsafe SQLiteRow(handle)) { rows.append(row) }
        return rows
    }

    /// Runs a query and gives `read` of its first row; `nil` where there is none.
    func first<Row>(
        _ bind: (inout SQLiteParameters) -> Void = { _ in },
        read: (borrowing SQLiteRow) throws(JobStoreError) -> Row
    ) throws(JobStoreError) -> Row? {
        try prepare(bind)
        defer { reset() }
        return try step() ? try read(unsafe SQLiteRow(handle)) : nil
    }

    private func prepare(_ bind: (inout SQLiteParameters) -> Void) throws(JobStoreError) {
        var parameters = unsafe SQLiteParameters(of: handle)
        bind(&parameters)
        guard parameters.code == SQLITE_OK else {
            let error = connection.error(parameters.code, doing: "bind")
            reset()
            throw error
        }
    }

    /// Goes to the next row; false when there is none.
    private func step() throws(JobStoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw unsafe connection.error(code, doing: String(cString: sqlite3_sql(handle)))
        }
    }

    private func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
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
