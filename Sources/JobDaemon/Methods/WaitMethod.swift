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
        /// Not known to have ended.
        var waiting: Set<JobID>
        /// Ended and not told of yet, in the order in which we learned of it.
        var ended: [JobID] = []
    }

    private let followed: FollowedCall
    private let ids: [JobID]
    private let requester: Requester
    private let context: DaemonContext
    private let state: Monitor<State>

    init(_ call: IncomingCall, ids: [JobID], requester: Requester, context: DaemonContext) {
        followed = FollowedCall(call, context: context)
        self.ids = ids
        self.requester = requester
        self.context = context
        state = Monitor(State(waiting: Set(ids)))
    }

    func start() {
        let note: JobWatchers.Callback = { job, news in
            if news == .ended { self.note(job) }
        }
        followed.begin(watching: ids, onNews: note) { self.tell() }
        do {
            try context.readers.submit { self.lookForEnded() }
        } catch {
            followed.end(with: JobError.shuttingDown)
        }
    }

    private func lookForEnded() {
        do {
            for id in ids {
                guard let job = try context.service.job(id, for: requester) else { throw JobError.noSuchJob(id) }
                if job.state.isFinal { note(id) }
            }
        } catch {
            followed.end(with: error)
        }
    }

    private func note(_ job: JobID) {
        let isNew = state.withLock { state -> Bool in
            guard state.waiting.remove(job) != nil else { return false }
            state.ended.append(job)
            return true
        }
        if isNew { followed.kick() }
    }

    /// Tells of all that have ended, as long as the client reads.
    private func tell() {
        while followed.canSend() {
            let (next, isLast) = state.withLock { state -> (JobID?, Bool) in
                guard !state.ended.isEmpty else { return (nil, false) }
                let next = state.ended.removeFirst()
                return (next, state.waiting.isEmpty && state.ended.isEmpty)
            }
            guard let next else { return }
            do {
                guard let job = try context.service.job(next, for: requester) else { throw JobError.noSuchJob(next) }
                let answer = WaitCall.Answer(job: try context.view(of: job, attempts: JobDetails.longestList))
                    .parameters
                guard !isLast else {
                    followed.call.reply(answer)
                    return followed.finish()
                }
                followed.call.stream(answer)
            } catch {
                return followed.end(with: error)
            }
        }
    }
}
