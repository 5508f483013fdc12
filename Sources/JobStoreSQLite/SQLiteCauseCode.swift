import JobStore
import Jobs

/// The numbers that stand for the causes of changes in the file.
///
/// Append only.
struct SQLiteCauseCode {
    private let number: Int64
    /// The other job's id, the names of the edited fields, or the signal.
    private let detail: Detail

    private enum Detail {
        case none
        case number(Int64)
        case text(String)
    }

    init(_ cause: Change.Cause) {
        (number, detail) =
            switch cause {
            case .due: (0, .none)
            case .dependenciesMet: (1, .none)
            case .dependencyFailed(let other): (2, .number(other.rawValue))
            case .expired: (3, .none)
            case .held: (4, .none)
            case .released: (5, .none)
            case .cancelled: (6, .none)
            case .replaced(let other): (7, .number(other.rawValue))
            case .retried: (8, .none)
            case .edited(let fields): (9, .text(fields))
            case .signalled(let signal): (10, .number(Int64(signal.rawValue)))
            case .frozen: (11, .none)
            case .thawed: (12, .none)
            }
    }

    /// Binds the number and the detail.
    func bind(to parameters: inout SQLiteParameters) {
        parameters.bind(number)
        switch detail {
        case .none: parameters.bind(nil as Int64?)
        case .number(let number): parameters.bind(number)
        case .text(let text): parameters.bind(text)
        }
    }

    private static func signalled(_ number: Int64) throws(JobStoreError) -> Change.Cause {
        guard let signal = SignalNumber(rawValue: Int32(clamping: number)) else {
            throw .damaged("an unknown signal (\(number))")
        }
        return .signalled(signal)
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
        case 10: try signalled(row.integer(detail))
        case 11: .frozen
        case 12: .thawed
        default: throw .damaged("an unknown cause (\(row.integer(number)))")
        }
    }
}
