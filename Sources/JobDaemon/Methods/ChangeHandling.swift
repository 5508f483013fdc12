import JobProtocol
import JobService
import Jobs
import Threading
import Varlink
import VarlinkServer

extension DaemonContext {
    /// Handles a call that asks the same of each of some jobs.
    ///
    /// - Parameter read: the jobs, and what is asked of them.
    func change(
        _ call: IncomingCall, _ verb: ChangeVerb,
        _ read: @escaping @Sendable (JSONObject) throws -> (ids: [JobID], request: ChangeRequest)
    ) {
        request(call) { [self] requester in
            let (ids, request) = try read(call.parameters)
            // The journal will want it, on a thread that must not wait.
            try names.learn(requester.user, on: readers)
            service.change(ids, request, by: requester).whenDone { result in
                do {
                    let items = zip(ids, try result.get()).map { id, result in
                        ChangeAnswer.Item(id: id, result: ChangeAnswer.Result(result, verb))
                    }
                    call.reply(ChangeAnswer(jobs: items).parameters)
                } catch {
                    call.fail(with: error)
                }
            }
        }
    }
}

extension ChangeAnswer.Result {
    fileprivate init(_ result: ChangeResult, _ verb: ChangeVerb) {
        switch result {
        case .done(let state): self = .done(state: state.rawValue)
        // Only of a cancel, which has an answer of its own.
        case .stopping: self = .done(state: JobState.Name.running.rawValue)
        case .refused(let refusal): self = .refused(ChangeAnswer.Refusal(refusal, verb))
        case .unknown: self = .unknown
        }
    }
}
