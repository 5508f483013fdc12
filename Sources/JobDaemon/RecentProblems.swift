import JobProtocol
import JobRunner
import Jobs
import Logging
import Threading

/// What went wrong of late, as the daemon said it.
final class RecentProblems: Sendable {
    private let problems = Monitor<[DaemonProblem]>([])

    /// So many are kept, each cut to so many characters.
    static let kept = 5
    private static let longest = 500

    /// Oldest first.
    var all: [DaemonProblem] { problems.withLock { $0 } }

    func add(_ sentence: String) {
        let problem = DaemonProblem(at: .now, sentence: String(sentence.prefix(Self.longest)))
        problems.withLock { problems in
            if problems.count == Self.kept { problems.removeFirst() }
            problems.append(problem)
        }
    }
}

/// Remembers errors on their way to where the daemon speaks.
struct RememberingLogHandler: LogHandler {
    private var next: any LogHandler
    private let problems: RecentProblems

    init(_ next: any LogHandler, problems: RecentProblems) {
        self.next = next
        self.problems = problems
    }

    var metadata: Logger.Metadata {
        get { next.metadata }
        set { next.metadata = newValue }
    }

    var logLevel: Logger.Level {
        get { next.logLevel }
        set { next.logLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { next[metadataKey: key] }
        set { next[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= .error { problems.add(event.message.description) }
        next.log(event: event)
    }
}
