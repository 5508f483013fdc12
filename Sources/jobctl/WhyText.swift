import JobClient
import JobProtocol
import Jobs

/// Why a job does not run, for people.
enum WhyText {
    /// The reason, and below it what would change it.
    static func lines(_ id: Int64, _ reason: JobClient.WaitReason, now: Timestamp) -> [String] {
        let countdown = reason.answer.until.map { " (\(TimeText.countdown($0 - now)))" } ?? ""
        let first = "job \(id) (\(reason.state.rawValue)): \(PrintableText.escaped(reason.sentence))\(countdown)"
        return [first] + (reason.remedy.map { ["    \(PrintableText.escaped($0))"] } ?? [])
    }
}
