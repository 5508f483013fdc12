package import Jobs
package import Varlink

/// `io.jobd.Jobs.Cancel`: jobs that wait will not run, jobs that run are stopped.
package struct CancelCall: IDsCall {
    package static let method = "io.jobd.Jobs.Cancel"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }

    /// The answer: one entry per id, in their order.
    package struct Answer: Sendable, Equatable {
        /// What became of one job.
        package enum Result: String, Sendable, CaseIterable {
            case cancelled, stopping, ended, unknown
        }

        package struct Item: Sendable, Equatable {
            package let id: JobID
            package let result: Result
            /// The state of a job that had ended before.
            package let state: String?

            package init(id: JobID, result: Result, state: String? = nil) {
                self.id = id
                self.result = result
                self.state = state
            }

            package var json: JSONObject {
                var object: JSONObject = ["id": .integer(id.rawValue), "result": .string(result.rawValue)]
                object.append("state", state.map { .string($0) })
                return object
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
                            id: try IDsCoding.id(try fields.required("id")),
                            result: try fields.required("result").choice(of: Result.self),
                            state: try fields.optional("state")?.string())
                    }
                }
            }
        }
    }
}
