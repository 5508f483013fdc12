import JobProtocol
import JobService
import JobStore
import Jobs
import VarlinkServer

/// Handles `io.jobd.Jobs.Why`.
struct WhyMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            let request = try WhyCall(call.parameters)
            guard let job = try context.service.job(request.id, for: requester) else {
                throw JobError.noSuchJob(request.id)
            }
            let reason = try visible(try context.service.why(job), for: requester)
            let words = WaitReasonWords(reason, of: job, user: context.names.name)
            return WhyCall.Answer(id: job.id, state: job.state.name, words: words).parameters
        }
    }

    /// Names no jobs of others: for who may not see them they do not exist.
    private func visible(_ reason: WaitReason, for requester: Requester) throws(JobStoreError) -> WaitReason {
        guard case .lacks(let requirement, let taken, let bound, let takers) = reason else { return reason }
        var own: [JobID] = []
        for taker in takers where try context.service.job(taker, for: requester) != nil { own.append(taker) }
        return .lacks(requirement, taken: taken, bound: bound, takers: own)
    }
}
