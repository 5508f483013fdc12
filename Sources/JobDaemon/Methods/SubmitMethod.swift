import JobProtocol
import JobRunner
import JobService
import Jobs
import Kernel
import Sealing
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Submit`.
struct SubmitMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        let reading: SubmitCall.Reading
        do {
            _ = try context.requester(of: call)
            reading = try Self.parse(call.takeParameters())
        } catch {
            return call.fail(with: error)
        }
        context.request(call, mayBlock: !isQuick(reading, of: call)) { [context] requester in
            let submitter = try submitter(of: call, for: reading.user, requester)
            var places: [Place] = []
            var submissions: [Submission] = []
            places.reserveCapacity(reading.jobs.count)
            submissions.reserveCapacity(reading.jobs.count)
            for (index, item) in reading.jobs.enumerated() {
                switch item {
                case .failure(let error): places.append(.failure(error))
                case .success(let job):
                    if let error = problem(ofProperties: job.spec.properties, at: index, of: submitter) {
                        guard reading.isPartial else { throw JobError(error) }
                        places.append(.failure(error))
                    } else {
                        places.append(.success(approximate(job.spec)))
                        submissions.append(Submission(job, key: context.key))
                    }
                }
            }
            context.service.submit(
                submissions, by: submitter, isAdministrator: requester.isAdministrator, partial: reading.isPartial
            ) { [places] result in
                switch result {
                case .success(let results): call.reply(writing: Self.answer(to: places, results).write)
                case .failure(let error): call.fail(with: error)
                }
            }
        }
    }

    /// What must be known of one job of a call to answer it: which limits it is held to only nearly, or why it is bad.
    private typealias Place = Result<[String], ParameterError>

    /// Whether nothing has to be looked up first that can take a while: whose job it is, or what properties mean.
    private func isQuick(_ reading: SubmitCall.Reading, of call: IncomingCall) -> Bool {
        reading.user == nil && !reading.hasProperties && context.names.isKnown(call.peer.user)
    }

    /// Whose jobs they are to be.
    private func submitter(of call: IncomingCall, for user: String?, _ requester: Requester) throws -> Submitter {
        let peer = call.peer
        guard let user else {
            return Submitter(user: peer.user, group: peer.group, name: context.names.accountName(of: peer.user))
        }
        // First, so that nobody else learns which users there are.
        let isOwn = user == "\(peer.user)" || user == context.names.accountName(of: peer.user)
        guard isOwn || requester.isAdministrator else { throw VarlinkError.permissionDenied }
        guard let number = try context.names.number(of: user), let account = try Account.of(user: number) else {
            throw JobError.invalidJob(field: "user", reason: "there is no user \(user) on this machine")
        }
        // The group jobd-admin controls jobs; that does not make root of its members.
        let isAllowed = number == peer.user || number != 0 || peer.user == 0
        guard isAllowed, context.authorizer.mayRun(as: number) else { throw VarlinkError.permissionDenied }
        return Submitter(user: number, group: account.group, name: account.name)
    }

    /// What is wrong with properties of a unit that its owner may not have, or that are none.
    private func problem(
        ofProperties properties: [UnitProperty], at index: Int, of submitter: Submitter
    ) -> ParameterError? {
        let mayWiden = submitter.user == 0 || !context.authorizer.isRoot
        for property in properties {
            guard let problem = UnitProperties.check(property, allowing: mayWiden) else { continue }
            return ParameterError(path: "jobs[\(index)].properties", problem: problem)
        }
        return nil
    }

    /// Says of a field of a job why it cannot be; of anything else just which parameter is wrong.
    private static func parse(_ parameters: JSONObject) throws -> SubmitCall.Reading {
        do {
            return try SubmitCall.read(parameters)
        } catch {
            guard error.kind == .value else { throw error }
            throw JobError(error)
        }
    }

    /// - Parameter results: those of the jobs that could be read, in their order.
    private static func answer(to places: [Place], _ results: [SubmitResult]) -> SubmitCall.Answer {
        var results = results[...]
        return SubmitCall.Answer(
            jobs: places.enumerated().map { index, place in
                switch place {
                case .failure(let error): return .failure(JobError(error).varlinkError)
                case .success(let approximate):
                    guard let result = results.popFirst() else {
                        preconditionFailure("the service gives a result for each submission")
                    }
                    return result.map { SubmitCall.Answer.Stored($0, approximate: approximate) }
                        .mapError { refusal in JobError.ofJob(index: index, JobError(refusal)).varlinkError }
                }
            })
    }

    private func approximate(_ spec: JobSpec) -> [String] {
        guard !spec.resources.isEmpty else { return [] }
        let abilities = context.configuration.abilities
        return spec.resources.names.filter { abilities.enforcement(of: $0) == .approximate }.map(\.field)
    }
}

extension Submission {
    fileprivate init(_ item: SubmitCall.Item, key: StoreKey) {
        var spec = item.spec
        if let input = item.input {
            spec.surroundings.input = .attached(length: input.count, key.fingerprint(ofInput: input))
        }
        var sealed: [SecretName: [UInt8]] = [:]
        for (name, bytes) in item.secrets {
            spec.secrets[name] = key.fingerprint(of: bytes, named: name)
            sealed[name] = key.seal(bytes, of: name)
        }
        self.init(
            spec: spec, token: item.token, dependencies: item.dependencies,
            attachments: Attachments(input: item.input, secrets: sealed))
    }
}

extension SubmitCall.Answer.Stored {
    fileprivate init(_ receipt: Receipt, approximate: [String]) {
        let existing: SubmitCall.Answer.Existing? =
            switch receipt.existing {
            case .token: .token
            case .key: .key
            case nil: nil
            }
        self.init(
            id: receipt.id, queue: receipt.queue.text, state: receipt.state.rawValue, existing: existing,
            ahead: receipt.ahead, isPaused: receipt.isPaused, approximate: approximate)
    }
}
