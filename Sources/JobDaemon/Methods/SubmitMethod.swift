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
        context.request(call) { [context] requester in
            let (items, isPartial) = try Self.parse(call.parameters)
            let submissions = items.compactMap { item in (try? item.get()).map(Submission.init) }
            let submitter = context.authorizer.submitter(call.peer)
            try context.names.learn(submitter.user, on: context.readers)
            let future = context.service.submit(
                submissions, by: submitter, isAdministrator: requester.isAdministrator, partial: isPartial)
            future.whenDone { result in
                switch result {
                case .success(let results): call.reply(Self.answer(to: items, results).parameters)
                case .failure(let error): call.fail(with: error)
                }
            }
        }
    }

    /// Says of a field of a job why it cannot be; of anything else just which parameter is wrong.
    private static func parse(
        _ parameters: JSONObject
    ) throws -> (jobs: [Result<SubmitCall.Item, ParameterError>], isPartial: Bool) {
        do {
            return try SubmitCall.read(parameters)
        } catch {
            guard error.kind == .value else { throw error }
            throw JobError(error)
        }
    }

    /// - Parameter results: those of the jobs that could be read, in their order.
    private static func answer(
        to items: [Result<SubmitCall.Item, ParameterError>], _ results: [SubmitResult]
    ) -> SubmitCall.Answer {
        var results = results[...]
        return SubmitCall.Answer(
            jobs: items.enumerated().map { index, item in
                if case .failure(let error) = item { return .failure(JobError(error).varlinkError) }
                guard let result = results.popFirst() else {
                    preconditionFailure("the service gives a result for each submission")
                }
                return result.map(SubmitCall.Answer.Stored.init).mapError { refusal in
                    JobError.ofJob(index: index, JobError(refusal)).varlinkError
                }
            })
    }
}

extension Submission {
    fileprivate init(_ item: SubmitCall.Item) {
        self.init(spec: item.spec, token: item.token, dependencies: item.dependencies)
    }
}

extension SubmitCall.Answer.Stored {
    fileprivate init(_ receipt: Receipt) {
        let existing: SubmitCall.Answer.Existing? =
            switch receipt.existing {
            case .token: .token
            case .key: .key
            case nil: nil
            }
        self.init(
            id: receipt.id, queue: receipt.queue.text, state: receipt.state.rawValue, existing: existing,
            ahead: receipt.ahead, isPaused: receipt.isPaused)
    }
}
