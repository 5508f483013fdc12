import JobStore
import Jobs

/// The numbers that stand for outcomes, and for other reasons of a failure, in the file.
///
/// Append only.
struct SQLiteOutcomeCode {
    let outcome: Int64
    var detail: Int64?
    var step: Int64?

    init(outcome: Int64, detail: Int64? = nil, step: Int64? = nil) {
        self.outcome = outcome
        self.detail = detail
        self.step = step
    }

    init(_ value: Outcome) {
        switch value {
        case .exited(let code): self.init(outcome: 0, detail: Int64(code))
        case .signalled(let signal): self.init(outcome: 1, detail: Int64(signal))
        case .timedOut: self.init(outcome: 2)
        case .cancelled: self.init(outcome: 3)
        case .couldNotStart(let step, let errno):
            self.init(outcome: 4, detail: Int64(errno), step: Int64(step.rawValue))
        case .interrupted: self.init(outcome: 5)
        case .lost: self.init(outcome: 6)
        case .outOfMemory: self.init(outcome: 10)
        }
    }

    init(_ value: Failure) {
        switch value {
        case .attempt(let outcome): self.init(outcome)
        case .dependency(let job): self.init(outcome: 7, detail: job.rawValue)
        case .expired: self.init(outcome: 8)
        case .poison: self.init(outcome: 9)
        }
    }

    func decoded() throws(JobStoreError) -> Outcome {
        let number = Int32(truncatingIfNeeded: detail ?? 0)
        switch outcome {
        case 0: return .exited(code: number)
        case 1: return .signalled(number)
        case 2: return .timedOut
        case 3: return .cancelled
        case 4:
            guard let known = StartStep(rawValue: Int32(truncatingIfNeeded: step ?? -1)) else { break }
            return .couldNotStart(step: known, errno: number)
        case 5: return .interrupted
        case 6: return .lost
        case 10: return .outOfMemory
        default: break
        }
        throw .damaged("an unknown outcome (\(outcome))")
    }

    func decodedFailure() throws(JobStoreError) -> Failure {
        switch outcome {
        case 7: .dependency(JobID(rawValue: detail ?? 0))
        case 8: .expired
        case 9: .poison
        default: .attempt(try decoded())
        }
    }
}
