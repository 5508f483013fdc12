package import Jobs
package import Varlink

/// `io.jobd.Jobs.Wait`: each of these jobs as it ends.
package struct WaitCall: IDsCall {
    package static let method = "io.jobd.Jobs.Wait"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }

    /// One answer of the stream: a job that has ended.
    package struct Answer: Sendable, Equatable {
        package let job: JobView

        package init(job: JobView) {
            self.job = job
        }

        package var parameters: JSONObject { ["job": .object(job.json)] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            job = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try JobView(try reader.required("job"))
            }
        }
    }
}
