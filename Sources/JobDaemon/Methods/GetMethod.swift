import JobProtocol
import JobService
import Jobs
import VarlinkServer

/// Handles `io.jobd.Jobs.Get`.
struct GetMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            let request = try GetCall(call.parameters)
            let views = try request.ids.map { id in
                guard let job = try context.service.job(id, for: requester) else { throw JobError.noSuchJob(id) }
                return try context.view(of: job)
            }
            return GetCall.Answer(jobs: views).parameters
        }
    }
}
