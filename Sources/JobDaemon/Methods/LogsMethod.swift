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
    /// Whether nothing can come after this part.
    let isFinal: Bool

    /// The state is read before the file: what a job printed before it ended is then all there.
    init(
        _ request: LogsCall, attempt: Int?, offset: Int, _ requester: Requester, _ context: DaemonContext
    ) throws {
        guard let job = try context.service.job(request.id, for: requester) else {
            throw JobError.noSuchJob(request.id)
        }
        if let asked = attempt, asked > job.attempts { throw JobError.noSuchAttempt(request.id, attempt: asked) }
        self.attempt = attempt ?? job.attempts
        part = try context.files.part(
            of: AttemptID(job: request.id, number: self.attempt), from: Int64(offset))
        isFinal = part.isEnd && (job.state.isFinal || self.attempt < job.attempts)
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
    private struct State {
        var attempt: Int?
        var offset: Int
        var watch: JobWatchers.Watch?
        var number: Int?
    }

    private let call: IncomingCall
    private let request: LogsCall
    private let requester: Requester
    private let context: DaemonContext
    private let state: Monitor<State>
    private let pump = Monitor<Pump?>(nil)

    init(_ call: IncomingCall, request: LogsCall, requester: Requester, context: DaemonContext) {
        self.call = call
        self.request = request
        self.requester = requester
        self.context = context
        state = Monitor(State(attempt: request.attempt, offset: request.offset))
    }

    /// Watches first and reads then, so that no line is missed in between.
    func start() {
        let pump = Pump(on: context.readers) { self.read() }
        self.pump.withLock { $0 = pump }
        let number = context.streams.insert { self.end(with: JobError.shuttingDown) }
        let watch = context.service.watchers.watch([request.id]) { _, _ in pump.kick() }
        state.withLock { state in
            state.watch = watch
            state.number = number
        }
        call.onClose { self.finish() }
        pump.kick()
    }

    /// Sends what there is, as long as the client reads.
    private func read() {
        do {
            while true {
                guard call.canSend else {
                    call.whenWritable { self.pump.withLock { $0 }?.kick() }
                    return
                }
                let (attempt, offset) = state.withLock { ($0.attempt, $0.offset) }
                let reading = try LogReading(request, attempt: attempt, offset: offset, requester, context)
                let isEnd = reading.isFinal || (!request.follow && reading.part.isEnd)
                guard !isEnd else {
                    call.reply(reading.answer(isEnd: true).parameters)
                    return finish()
                }
                guard !reading.part.lines.isEmpty else { return }
                call.stream(reading.answer(isEnd: false).parameters)
                state.withLock { state in
                    state.attempt = reading.attempt
                    state.offset = Int(reading.part.next)
                }
            }
        } catch {
            end(with: error)
        }
    }

    private func end(with error: any Error) {
        call.fail(with: error)
        finish()
    }

    /// Lets go of everything that keeps this stream alive.
    private func finish() {
        let (watch, number) = state.withLock { state in
            defer { (state.watch, state.number) = (nil, nil) }
            return (state.watch, state.number)
        }
        if let watch { context.service.watchers.stop(watch) }
        if let number { context.streams.remove(number) }
        pump.withLock { pump in
            defer { pump = nil }
            return pump
        }?.stop()
    }
}
