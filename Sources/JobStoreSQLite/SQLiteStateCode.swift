import JobStore
import Jobs

/// The numbers that stand for states in the file.
///
/// Partial indexes name them: they cannot change. Below 3 is a job that has not ended.
enum SQLiteStateCode {
    static func number(of state: JobState.Name) -> Int64 {
        switch state {
        case .held: -2
        case .blocked: -1
        case .scheduled: 0
        case .ready: 1
        case .running: 2
        case .succeeded: 3
        case .failed: 4
        case .cancelled: 5
        }
    }

    static func name(of number: Int64) throws(JobStoreError) -> JobState.Name {
        switch number {
        case -2: .held
        case -1: .blocked
        case 0: .scheduled
        case 1: .ready
        case 2: .running
        case 3: .succeeded
        case 4: .failed
        case 5: .cancelled
        default: throw .damaged("a job in an unknown state (\(number))")
        }
    }
}
