import CSQLite
import Jobs

/// The parameters of a statement: each call binds the next one, in the order in which the text has them.
///
/// What is `nil` stays NULL, as the last use has left it. SQLite copies the rest.
@safe
struct SQLiteParameters: ~Copyable {
    private let handle: OpaquePointer
    private var position: Int32 = 0
    /// SQLite's code for the first that could not be bound.
    private(set) var code = SQLITE_OK

    init(of handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    mutating func bind(_ number: Int64?) {
        position += 1
        guard let number else { return }
        note(unsafe sqlite3_bind_int64(handle, position, number))
    }

    mutating func bind(_ number: Int?) { bind(number.map { Int64($0) }) }

    mutating func bind(_ text: String?) {
        position += 1
        guard let text else { return }
        note(unsafe sqlite3_bind_text(handle, position, text, Int32(text.utf8.count), transient))
    }

    mutating func bind(_ bytes: [UInt8]?) {
        position += 1
        guard let bytes else { return }
        note(unsafe sqlite3_bind_blob(handle, position, bytes, Int32(bytes.count), transient))
    }

    mutating func bind(_ job: JobID) { bind(job.rawValue) }

    mutating func bind(_ time: Timestamp?) { bind(time?.nanoseconds) }

    mutating func bind(_ duration: Duration?) { bind(duration?.wholeNanoseconds) }

    /// A user, or nothing for jobd itself.
    mutating func bind(_ who: Actor) {
        switch who {
        case .daemon: bind(nil as Int64?)
        case .user(let user): bind(Int64(user))
        }
    }

    /// 1 or nothing.
    mutating func bind(flag isSet: Bool) { bind(isSet ? 1 as Int64 : nil) }

    private mutating func note(_ result: Int32) {
        if code == SQLITE_OK { code = result }
    }
}

/// Tells SQLite to copy what is bound: `SQLITE_TRANSIENT`, a cast that does not come through to Swift.
private var transient: sqlite3_destructor_type? { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
