import JobClient

/// Says of a job where it stands right after its submit.
enum SubmitText {
    static func sentence(_ job: JobClient.Submitted, request: JobRequest, mode: JobOptions.Mode) -> String {
        let how =
            switch mode {
            case .exact: "exact command"
            case .shell(let text): "shell: \(PrintableText.cut(PrintableText.escaped(text), to: 60))"
            }
        let known = job.isRepeat ? ", made before with this token" : ""
        return "job \(job.id) \(standing(job, request: request)) (\(how)\(known))"
    }

    private static func standing(_ job: JobClient.Submitted, request: JobRequest) -> String {
        let queue = "queue \(PrintableText.escaped(job.queue))"
        return switch job.state {
        case .running: "is running in \(queue)"
        // What was ahead of it then says nothing of now.
        case .ready where job.isRepeat: "waits in \(queue)"
        case .ready where job.ahead == 0: "waits in \(queue), next to run"
        case .ready: "waits in \(queue), \(job.ahead) ahead of it"
        case .scheduled: "will be due \(request.delay.map { TimeText.countdown($0) } ?? "later") in \(queue)"
        case .succeeded, .failed, .cancelled: "has \(job.state.rawValue) in \(queue)"
        }
    }
}
