import JobClient
import Jobs

/// What of a job's output is wanted.
struct LogQuery: Sendable {
    /// `nil` is the last one.
    let attempt: Int?
    /// `nil` is all lines.
    let last: Int?
    /// `nil` is both.
    let stream: JobClient.LogLine.Stream?
    let follow: Bool
    // Times of lines are of one length and one zone, so that their texts are in the order of the times.
    private let since: String?
    private let until: String?

    init(
        attempt: Int? = nil, last: Int? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        stream: JobClient.LogLine.Stream? = nil, follow: Bool = false
    ) {
        self.attempt = attempt
        self.last = last
        self.since = since?.description
        self.until = until?.description
        self.stream = stream
        self.follow = follow
    }

    /// Of these lines the wanted ones; how many of the last is another question.
    func wanted(_ lines: [JobClient.LogLine]) -> [JobClient.LogLine] {
        guard stream != nil || since != nil || until != nil else { return lines }
        return lines.filter { line in
            (stream == nil || line.stream == stream) && !isBeforeBegin(line) && !isAfterEnd(line)
        }
    }

    var hasBegin: Bool { since != nil }

    func isBeforeBegin(_ line: JobClient.LogLine) -> Bool { since.map { line.time < $0 } ?? false }

    func isAfterEnd(_ line: JobClient.LogLine) -> Bool { until.map { line.time > $0 } ?? false }
}
