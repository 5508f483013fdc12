import JobProtocol
import JobRunner
import JobService
import Jobs
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Logs`.
struct LogsMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        guard call.wantsMore else { return answerOnePart(call) }
        do {
            let requester = try context.requester(of: call)
            let request = try LogsCall(call.parameters)
            LogStream(call, request: request, requester: requester, context: context).start()
        } catch {
            call.fail(with: error)
        }
    }

    private func answerOnePart(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            let request = try LogsCall(call.parameters)
            guard !request.follow else { throw VarlinkError.expectedMore }
            let reading = try LogReading(request, attempt: request.attempt, offset: request.offset, requester, context)
            return reading.answer(isEnd: reading.part.isEnd).parameters
        }
    }
}

/// One look at an attempt's output.
private struct LogReading {
    let attempt: Int
    let part: OutputPart
    /// Whether nothing of this attempt can come after this part.
    let isAttemptOver: Bool
    /// Whether a later attempt has begun.
    let hasSuccessor: Bool
    /// Whether no attempt can come after this one, unless somebody asks for it.
    let isLastAttempt: Bool

    /// The state is read before the file: what a job printed before it ended is then all there.
    init(
        _ request: LogsCall, attempt: Int?, offset: Int, _ requester: Requester, _ context: DaemonContext
    ) throws {
        guard let job = try context.service.job(request.id, for: requester) else {
            throw JobError.noSuchJob(request.id)
        }
        if let asked = attempt, asked > job.attempts {
            // The first one can be waited for.
            guard request.follow, asked == 1 else { throw JobError.noSuchAttempt(request.id, attempt: asked) }
        }
        self.attempt = attempt ?? job.attempts
        part = try context.files.part(
            of: AttemptID(job: request.id, number: self.attempt), from: Int64(offset))
        let isRunning = self.attempt == job.attempts && job.state.name == .running
        let hasBegun = self.attempt > 0 && self.attempt <= job.attempts
        isAttemptOver = part.isEnd && (job.state.isFinal || (hasBegun && !isRunning))
        hasSuccessor = self.attempt > 0 && self.attempt < job.attempts
        isLastAttempt = job.state.isFinal && self.attempt >= job.attempts
    }

    func answer(isEnd: Bool) -> LogsCall.Answer {
        LogsCall.Answer(
            attempt: attempt,
            lines: part.lines.map { line in
                LogLine(
                    time: line.time.description, stream: line.stream.rawValue, text: line.text,
                    isComplete: line.isComplete)
            }, next: Int(part.next), isEnd: isEnd)
    }
}

/// One client that follows what a job prints.
private final class LogStream: Sendable {
    private struct Position {
        var attempt: Int?
        var offset: Int
    }

    private let followed: FollowedCall
    private let request: LogsCall
    private let requester: Requester
    private let context: DaemonContext
    private let position: Monitor<Position>

    init(_ call: IncomingCall, request: LogsCall, requester: Requester, context: DaemonContext) {
        followed = FollowedCall(call, context: context)
        self.request = request
        self.requester = requester
        self.context = context
        position = Monitor(Position(attempt: request.attempt, offset: request.offset))
    }

    func start() {
        followed.begin(watching: [request.id], onNews: { _, _ in self.followed.kick() }) { self.read() }
        followed.kick()
    }

    /// Sends what there is, as long as the client reads.
    private func read() {
        do {
            while followed.canSend() {
                let (attempt, offset) = position.withLock { ($0.attempt, $0.offset) }
                let reading = try LogReading(request, attempt: attempt, offset: offset, requester, context)
                let goesOn = request.follow && request.later && !reading.isLastAttempt
                guard !reading.part.isEnd || (request.follow && !reading.isAttemptOver) || goesOn else {
                    followed.call.reply(reading.answer(isEnd: true).parameters)
                    return followed.finish()
                }
                let isNews = !reading.part.lines.isEmpty
                if isNews { followed.call.stream(reading.answer(isEnd: false).parameters) }
                // An offset that counts from the end does so once.
                if isNews || reading.part.next > 0 {
                    position.withLock { $0 = Position(attempt: reading.attempt, offset: Int(reading.part.next)) }
                } else if offset < 0 {
                    position.withLock { $0.offset = 0 }
                }
                if reading.isAttemptOver, reading.hasSuccessor {
                    position.withLock { $0 = Position(attempt: reading.attempt + 1, offset: 0) }
                } else if !isNews {
                    return
                }
            }
        } catch {
            followed.end(with: error)
        }
    }
}
