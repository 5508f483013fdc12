package import Jobs
package import Varlink

/// `io.jobd.Jobs.Submit`: stores jobs, all or none.
package struct SubmitCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Submit"

    /// One job to store.
    package struct Item: Sendable, Equatable {
        package var spec: JobSpec
        package var token: String?

        package init(spec: JobSpec, token: String? = nil) {
            self.spec = spec
            self.token = token
        }
    }

    package var jobs: [Item]

    package init(jobs: [Item]) {
        self.jobs = jobs
    }

    package var parameters: JSONObject {
        ["jobs": .array(jobs.map { .object(SpecCoding.object($0.spec, token: $0.token)) })]
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        jobs = try parameters.read { reader throws(ParameterError) in
            let list = try reader.required("jobs")
            let jobs = try list.array { job throws(ParameterError) in
                try job.object { fields throws(ParameterError) in
                    Item(spec: try SpecCoding.spec(&fields), token: try SpecCoding.token(&fields))
                }
            }
            guard (1...Limits.jobsPerSubmit).contains(jobs.count) else {
                throw list.error("must hold from 1 to \(Limits.jobsPerSubmit) jobs")
            }
            return jobs
        }
    }

    /// The answer: one entry per job, in their order.
    package struct Answer: Sendable, Equatable {
        package struct Item: Sendable, Equatable {
            package let id: JobID
            package let queue: String
            package let state: String
            package let isRepeat: Bool
            package let ahead: Int

            package init(id: JobID, queue: String, state: String, isRepeat: Bool, ahead: Int) {
                self.id = id
                self.queue = queue
                self.state = state
                self.isRepeat = isRepeat
                self.ahead = ahead
            }

            package var json: JSONObject {
                [
                    "id": .integer(id.rawValue), "queue": .string(queue), "state": .string(state),
                    "repeated": .bool(isRepeat), "ahead": JSONValue(ahead),
                ]
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
                    try item.object { fields throws(ParameterError) in
                        Item(
                            id: JobID(rawValue: Int64(try fields.required("id").integer())),
                            queue: try fields.required("queue").string(), state: try fields.required("state").string(),
                            isRepeat: try fields.required("repeated").bool(),
                            ahead: try fields.required("ahead").integer())
                    }
                }
            }
        }
    }
}
