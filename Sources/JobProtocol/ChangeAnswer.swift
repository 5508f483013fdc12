package import Jobs
package import Varlink

/// The answer to `Hold`, `Release`, `Retry` and `Edit`: what became of each job, in the order of the ids.
package struct ChangeAnswer: Sendable, Equatable {
    /// What became of one job.
    package enum Result: Sendable, Equatable {
        /// It is done; the job is in this state now.
        case done(state: String)
        case refused(Refusal)
        /// There is no such job, or it is not the caller's.
        case unknown
    }

    /// Why a job cannot be changed so.
    package struct Refusal: Sendable, Equatable {
        /// A word for programs: see the interface's text.
        package let reason: String
        /// For people: the rest of a sentence that begins with the job.
        package let sentence: String
        /// The state that it is in, where that is the reason.
        package let state: String?
        /// The other job that is the reason.
        package let job: JobID?

        package init(reason: String, sentence: String, state: String? = nil, job: JobID? = nil) {
            self.reason = reason
            self.sentence = sentence
            self.state = state
            self.job = job
        }
    }

    package struct Item: Sendable, Equatable {
        package let id: JobID
        package let result: Result

        package init(id: JobID, result: Result) {
            self.id = id
            self.result = result
        }

        package var json: JSONObject {
            var object: JSONObject = ["id": .integer(id.rawValue)]
            switch result {
            case .done(let state):
                object.append("result", "done")
                object.append("state", .string(state))
            case .refused(let refusal):
                object.append("result", "refused")
                object.append("state", refusal.state.map { .string($0) })
                object.append("reason", .string(refusal.reason))
                object.append("sentence", .string(refusal.sentence))
                object.append("job", refusal.job.map { .integer($0.rawValue) })
            case .unknown: object.append("result", "unknown")
            }
            return object
        }

        fileprivate init(_ fields: inout ParameterReader) throws(ParameterError) {
            id = try IDsCoding.id(try fields.required("id"))
            let state = try fields.optional("state")?.string()
            switch try fields.required("result").choice(of: Word.self) {
            case .done: result = .done(state: state ?? "")
            case .refused:
                result = .refused(
                    Refusal(
                        reason: try fields.required("reason").string(),
                        sentence: try fields.required("sentence").string(), state: state,
                        job: try fields.optional("job").map { id throws(ParameterError) in try IDsCoding.id(id) }))
            case .unknown: result = .unknown
            }
        }

        private enum Word: String, CaseIterable {
            case done, refused, unknown
        }
    }

    package let jobs: [Item]

    package init(jobs: [Item]) {
        self.jobs = jobs
    }

    package var parameters: JSONObject { ["jobs": .array(jobs.map { .object($0.json) })] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        jobs = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
            try reader.required("jobs").array { item throws(ParameterError) in
                try item.object { fields throws(ParameterError) in try Item(&fields) }
            }
        }
    }
}
