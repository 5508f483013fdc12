import JobStore
import Jobs

/// The numbers that stand for states in the file.
///
/// Partial indexes name them: they cannot change.
enum SQLiteStateCode {
    static func number(of state: JobState.Name) -> Int64 {
        switch state {
        case .scheduled: 0
        case .ready: 1
        case .running: 2
        case .succeeded: 3
        case .failed: 4
        case .cancelled: 5
        }
    }

    static func name(of number: Int64) throws(JobStoreError) -> JobState.Name {
        guard let name = JobState.Name.allCases.first(where: { self.number(of: $0) == number }) else {
            throw .refused("the store holds a job in an unknown state (\(number)): it is damaged")
        }
        return name
    }
}

/// The numbers that stand for outcomes in the file.
struct SQLiteOutcomeCode {
    let outcome: Int64
    let detail: Int64?
    let step: Int64?

    init(outcome: Int64, detail: Int64?, step: Int64?) {
        self.outcome = outcome
        self.detail = detail
        self.step = step
    }

    init(_ value: Outcome) {
        switch value {
        case .exited(let code): self.init(outcome: 0, detail: Int64(code), step: nil)
        case .signalled(let signal): self.init(outcome: 1, detail: Int64(signal), step: nil)
        case .timedOut: self.init(outcome: 2, detail: nil, step: nil)
        case .cancelled: self.init(outcome: 3, detail: nil, step: nil)
        case .couldNotStart(let step, let errno):
            self.init(outcome: 4, detail: Int64(errno), step: Int64(step.rawValue))
        case .interrupted: self.init(outcome: 5, detail: nil, step: nil)
        case .lost: self.init(outcome: 6, detail: nil, step: nil)
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
        default: break
        }
        throw .refused("the store holds an unknown outcome (\(outcome)): it is damaged")
    }
}
