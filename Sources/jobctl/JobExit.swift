import Glibc
import JobProtocol
import Jobs

/// The exit code that stands for how a job ended, as shells and timeout(1) have it.
struct JobExit: Equatable {
    let code: Int32
    /// What the code alone does not say.
    let sentence: String?

    /// - Parameter job: one that has ended.
    init(_ job: JobView) {
        let (code, needsWords) = Self.code(of: job)
        self.code = code
        sentence = needsWords ? Self.sentence(of: job) : nil
    }

    /// `job 42 succeeded`, `job 43 failed: exit code 3`.
    static func sentence(of job: JobView) -> String {
        switch job.state {
        case .succeeded: "job \(job.id) succeeded"
        case .cancelled: "job \(job.id) was cancelled"
        case .failed: "job \(job.id) failed" + (job.reason.map { ": \($0)" } ?? "")
        case .blocked, .scheduled, .ready, .held, .running: "job \(job.id) is \(job.state.rawValue)"
        }
    }

    private static func code(of job: JobView) -> (Int32, needsWords: Bool) {
        if job.state == .succeeded { return (0, false) }
        guard job.state == .failed else { return (ExitStatus.failedItself, true) }
        if let code = job.exitCode { return (Int32(clamping: code), false) }
        if let name = job.signal, let number = (1...64).first(where: { SignalName.name(of: $0) == name }) {
            return (128 + number, true)
        }
        if job.failure == OutcomeWords(.timedOut).kind { return (124, true) }
        guard job.failure == OutcomeWords(.couldNotStart(step: .execute, errno: 0)).kind,
            let attempt = job.attempts.last, attempt.step == "\(StartStep.execute)"
        else { return (ExitStatus.failedItself, true) }
        return (attempt.errno == Int(ENOENT) ? 127 : 126, true)
    }
}
