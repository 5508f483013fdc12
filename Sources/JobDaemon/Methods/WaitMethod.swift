import JobProtocol
import JobService
import Jobs
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Wait`.
struct WaitMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        do {
            let requester = try context.requester(of: call)
            let request = try WaitCall(call.parameters)
            guard call.wantsMore || request.ids.count == 1 else { throw VarlinkError.expectedMore }
            WaitStream(call, ids: request.ids, requester: requester, context: context).start()
        } catch {
            call.fail(with: error)
        }
    }
}

/// One client that waits for jobs: it is told of each as it ends.
private final class WaitStream: Sendable {
    private struct State {
        /// Not told of yet.
        var waiting: Set<JobID>
        /// Ended and not told of yet, in the order in which we learned of it.
        var ended: [JobID] = []
        var watch: JobWatchers.Watch?
        var number: Int?
    }

    private let call: IncomingCall
    private let ids: [JobID]
    private let requester: Requester
    private let context: DaemonContext
    private let state: Monitor<State>
    private let pump = Monitor<Pump?>(nil)

    init(_ call: IncomingCall, ids: [JobID], requester: Requester, context: DaemonContext) {
        self.call = call
        self.ids = ids
        self.requester = requester
        self.context = context
        state = Monitor(State(waiting: Set(ids)))
    }

    /// Watches first and looks then, so that no end is missed in between.
    func start() {
        let pump = Pump(on: context.readers) { self.tell() }
        self.pump.withLock { $0 = pump }
        let number = context.streams.insert { self.end(with: JobError.shuttingDown) }
        let watch = context.service.watchers.watch(ids) { job, news in
            if news == .ended { self.note(job) }
        }
        state.withLock { state in
            state.watch = watch
            state.number = number
        }
        call.onClose { self.finish() }
        do {
            try context.readers.submit { self.lookForEnded() }
        } catch {
            end(with: JobError.shuttingDown)
        }
    }

    private func lookForEnded() {
        do {
            for id in ids {
                guard let job = try context.service.job(id, for: requester) else { throw JobError.noSuchJob(id) }
                if job.state.isFinal { note(id) }
            }
        } catch {
            end(with: error)
        }
    }

    private func note(_ job: JobID) {
        let isNew = state.withLock { state -> Bool in
            guard state.waiting.contains(job), !state.ended.contains(job) else { return false }
            state.ended.append(job)
            return true
        }
        if isNew { pump.withLock { $0 }?.kick() }
    }

    /// Tells of all that have ended, as long as the client reads.
    private func tell() {
        while true {
            guard call.canSend else {
                call.whenWritable { self.pump.withLock { $0 }?.kick() }
                return
            }
            let (next, isLast) = state.withLock { state -> (JobID?, Bool) in
                guard !state.ended.isEmpty else { return (nil, false) }
                let next = state.ended.removeFirst()
                state.waiting.remove(next)
                return (next, state.waiting.isEmpty)
            }
            guard let next else { return }
            do {
                guard let job = try context.service.job(next, for: requester) else { throw JobError.noSuchJob(next) }
                let answer = WaitCall.Answer(job: try context.view(of: job)).parameters
                guard !isLast else {
                    call.reply(answer)
                    return finish()
                }
                call.stream(answer)
            } catch {
                return end(with: error)
            }
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
