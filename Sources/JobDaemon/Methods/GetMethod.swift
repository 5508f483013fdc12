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
                    throw ParameterError(path: "ids", problem: "name jobs that are too large for one answer")
                }
                let view = try context.detailedView(of: job)
                size += job.spec.size + Self.bytesPerEntry * view.listEntries
                return view
            }
            return GetCall.Answer(jobs: views).parameters
        }
    }

    /// What an attempt, a step of a job's life or a dependency takes in an answer, about.
    private static let bytesPerEntry = 200
}

extension JobView {
    fileprivate var listEntries: Int {
        attempts.count + (details.map { $0.history.count + $0.dependencies.count } ?? 0)
    }
}

extension JobSpec {
    /// Bytes of the texts that a client chose, about.
    var size: Int {
        let words = needs.keys.reduce(0) { $0 + $1.utf8.count } + limits.keys.reduce(0) { $0 + $1.utf8.count }
        return command.size + words + (name?.utf8.count ?? 0) + (key?.text.utf8.count ?? 0)
    }
}
