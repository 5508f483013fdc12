import JobProtocol
import JobService
import Jobs
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Submit`.
struct SubmitMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.request(call) { [context] _ in
            let request = try Self.parse(call.parameters)
            let submissions = request.jobs.map { Submission(spec: $0.spec, token: $0.token) }
            let submitter = context.authorizer.submitter(call.peer)
            try context.names.learn(submitter.user, on: context.readers)
            context.service.submit(submissions, by: submitter).whenDone { result in
                switch result {
                case .success(let receipts): call.reply(Self.answer(receipts).parameters)
                case .failure(let error): call.fail(with: error)
                }
            }
        }
    }

    /// Says of a field of a job why it cannot be; of anything else just which parameter is wrong.
    private static func parse(_ parameters: JSONObject) throws -> SubmitCall {
        do {
            return try SubmitCall(parameters)
        } catch {
            guard error.kind == .value else { throw error }
            throw JobError.invalidJob(field: error.path, reason: error.problem)
        }
    }

    private static func answer(_ receipts: [Receipt]) -> SubmitCall.Answer {
        SubmitCall.Answer(
            jobs: receipts.map { receipt in
                SubmitCall.Answer.Item(
                    id: receipt.id, queue: receipt.queue.text, state: receipt.state.rawValue,
                    isRepeat: receipt.isRepeat, ahead: receipt.ahead)
            })
    }
}
