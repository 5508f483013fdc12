import JobClient
import JobProtocol
import Jobs

/// Says of a job where it stands right after its submit.
enum SubmitText {
    static func sentence(
        _ job: JobClient.Submitted, request: JobRequest, mode: JobOptions.Mode, now: Timestamp = TimeText.now
    ) -> String {
        let how =
            switch mode {
            case .exact: "exact command"
            case .shell(let text): "shell: \(PrintableText.cut(PrintableText.escaped(text), to: 60))"
            }
        let known =
            switch job.existing {
            case .token: ", made before with this token"
            case .key: ", made before with this key"
            case nil: ""
            }
        return "job \(job.id) \(standing(job, request: request, now: now)) (\(how)\(known))"
    }

    /// What its owner may not expect: what keeps it for longer, and what it is held to only nearly.
    static func warnings(_ job: JobClient.Submitted) -> [String] {
        var warnings: [String] = []
        if job.isQueuePaused, !job.state.isFinal, job.state != .running {
            let queue = PrintableText.escaped(job.queue)
            warnings.append(
                "queue \(queue) is paused: job \(job.id) does not start before an administrator's \"jobctl queue resume \(queue)\""
            )
        }
        for limit in job.approximateLimits {
            warnings.append(
                "\(FlagNames.flag(of: limit)) is enforced only nearly here: \(nearness(limit)); see \"jobctl doctor\"")
        }
        return warnings
    }

    private static func nearness(_ limit: String) -> String {
        switch limit {
        case "memoryBytes": "each of its processes may use so much"
        case "tasks": "all processes of its user count, not only the job's"
        default: "the kernel lacks what it takes"
        }
    }

    private static func standing(_ job: JobClient.Submitted, request: JobRequest, now: Timestamp) -> String {
        let queue = "queue \(PrintableText.escaped(job.queue))"
        return switch job.state {
        case .running: "is running in \(queue)"
        case .blocked: "waits for other jobs in \(queue)"
        case .held: "is held in \(queue): \"jobctl release \(job.id)\" lets it start"
        // What was ahead of it then says nothing of now.
        case .ready where job.existing != nil: "waits in \(queue)"
        case .ready where job.isQueuePaused: "waits in \(queue), which is paused"
        case .ready where job.ahead == 0: "waits in \(queue), next to run"
        case .ready: "waits in \(queue), \(job.ahead) ahead of it"
        case .scheduled: "will be due \(due(request, now: now).map { TimeText.countdown($0) } ?? "later") in \(queue)"
        case .succeeded, .failed, .cancelled: "has \(job.state.rawValue) in \(queue)"
        }
    }

    private static func due(_ request: JobRequest, now: Timestamp) -> Duration? {
        request.delay ?? request.at.flatMap(RFC3339Time.init).map { $0.instant - now }
    }
}
