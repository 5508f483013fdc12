import JobProtocol
import Jobs

/// The life of a job, a line for each step: when, the state after it, what, and who where it was not jobd.
enum JobHistoryText {
    static func lines(_ job: JobView) -> [String] {
        guard let details = job.details else { return [] }
        let width = details.history.map(\.state.rawValue.count).max() ?? 0
        let earlier = details.historyCount - details.history.count
        return (earlier > 0 ? ["\(earlier) earlier steps"] : [])
            + details.history.map { step in
                let state = step.state.rawValue + String(repeating: " ", count: width - step.state.rawValue.count)
                return "\(TimeText.instant(step.at))  \(state)  \(PrintableText.escaped(sentence(step)))"
            }
    }

    static func sentence(_ step: TransitionView) -> String {
        let by = step.by == "jobd" ? "" : " by \(step.by)"
        let detail = step.detail ?? ""
        return switch step.event {
        case "submitted": "submitted\(by)"
        case "started": "\(detail) started"
        case "ended": detail.contains(":") ? "\(detail)" : "\(detail) succeeded"
        case "due", "dependenciesMet", "expired": detail
        case "dependencyFailed": detail
        case "cancelRequested": "cancelled\(by): \(detail)"
        case "replaced": "replaced \(detail)"
        case "edited": "edited\(by): \(detail)"
        default: step.event + by + (detail.isEmpty ? "" : ": \(detail)")
        }
    }
}
