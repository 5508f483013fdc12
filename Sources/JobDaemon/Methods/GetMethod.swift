import JobProtocol
import JobService
import Jobs
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Get`.
struct GetMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            let request = try GetCall(call.parameters)
            guard Set(request.ids).count == request.ids.count else {
                throw ParameterError(path: "ids", problem: "must not name a job twice")
            }
            var size = 0
            let views = try request.ids.map { id in
                guard let job = try context.service.job(id, for: requester) else { throw JobError.noSuchJob(id) }
                // One job always fits; of many, no more than a message holds.
                guard size <= ListMethod.bytesPerPage else {
                    throw ParameterError(path: "ids", problem: "name jobs with too large commands for one answer")
                }
                size += job.spec.command.size
                return try context.view(of: job)
            }
            return GetCall.Answer(jobs: views).parameters
        }
    }
}
