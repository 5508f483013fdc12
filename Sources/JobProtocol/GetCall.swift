package import Jobs
package import Varlink

/// `io.jobd.Jobs.Get`: the jobs of these ids, in their order.
package struct GetCall: IDsCall {
    package static let method = "io.jobd.Jobs.Get"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }

    /// The answer.
    package struct Answer: Sendable, Equatable {
        package let jobs: [JobView]

        package init(jobs: [JobView]) {
            self.jobs = jobs
        }

        package var parameters: JSONObject { ["jobs": .array(jobs.map { .object($0.json) })] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            jobs = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("jobs").array { job throws(ParameterError) in try JobView(job) }
            }
        }
    }
}
