import JobStore
import Jobs

/// The numbers that stand for the conditions of dependencies in the file.
///
/// Append only.
enum SQLiteDependencyCode {
    static func number(of condition: Dependency.Condition) -> Int64 {
        switch condition {
        case .succeeded: 0
        case .ended: 1
        case .failed: 2
        }
    }

    static func condition(_ number: Int64) throws(JobStoreError) -> Dependency.Condition {
        switch number {
        case 0: .succeeded
        case 1: .ended
        case 2: .failed
        default: throw .damaged("an unknown condition (\(number))")
        }
    }
}
