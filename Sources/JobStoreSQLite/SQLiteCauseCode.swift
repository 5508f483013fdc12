import JobStore
import Jobs

/// The numbers that stand for the causes of changes in the file.
///
/// Append only.
struct SQLiteCauseCode {
    let number: Int64
    /// The other job's id, or the names of the edited fields.
    let detail: SQLiteValue

    init(_ cause: Change.Cause) {
        (number, detail) =
            switch cause {
            case .due: (0, .null)
            case .dependenciesMet: (1, .null)
            case .dependencyFailed(let other): (2, .integer(other.rawValue))
            case .expired: (3, .null)
            case .held: (4, .null)
            case .released: (5, .null)
            case .cancelled: (6, .null)
            case .replaced(let other): (7, .integer(other.rawValue))
            case .retried: (8, .null)
            case .edited(let fields): (9, .text(fields))
            }
    }

    /// Reads a cause from two columns.
    static func cause(_ row: borrowing SQLiteRow, _ number: Int32, _ detail: Int32) throws(JobStoreError)
        -> Change.Cause
    {
        switch row.integer(number) {
        case 0: .due
        case 1: .dependenciesMet
        case 2: .dependencyFailed(on: JobID(rawValue: row.integer(detail)))
        case 3: .expired
        case 4: .held
        case 5: .released
        case 6: .cancelled
        case 7: .replaced(by: JobID(rawValue: row.integer(detail)))
        case 8: .retried
        case 9: .edited(row.text(detail))
        default: throw .damaged("an unknown cause (\(row.integer(number)))")
        }
    }
}
