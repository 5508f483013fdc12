package import Jobs
package import Varlink

extension SubmitCall {
    /// The answer: one entry per job, in their order.
    package struct Answer: Sendable, Equatable {
        /// A job that is stored: by this submit, or by one before.
        package struct Stored: Sendable, Equatable {
            package let id: JobID
            package let queue: String
            package let state: String
            /// Which earlier submit had made it; `nil` where this one did.
            package let existing: Existing?
            package let ahead: Int
            package let isPaused: Bool
            /// The limits to which it is held only nearly, by the protocol's names.
            package let approximate: [String]

            package init(
                id: JobID, queue: String, state: String, existing: Existing? = nil, ahead: Int = 0,
                isPaused: Bool = false, approximate: [String] = []
            ) {
                self.id = id
                self.queue = queue
                self.state = state
                self.existing = existing
                self.ahead = ahead
                self.isPaused = isPaused
                self.approximate = approximate
            }
        }

        /// By what a job was recognised that is there already.
        package enum Existing: String, Sendable, CaseIterable {
            case token, key
        }

        package typealias Item = Result<Stored, VarlinkError>

        package let jobs: [Item]

        package init(jobs: [Item]) {
            self.jobs = jobs
        }

        /// Writes the parameters of the reply.
        package func write(to writer: inout JSONWriter) {
            writer.array("jobs") { writer in
                for job in jobs { writer.object { writer in Self.write(job, to: &writer) } }
            }
        }

        private static func write(_ item: Item, to writer: inout JSONWriter) {
            switch item {
            case .success(let job):
                writer.member("id", job.id.rawValue)
                writer.member("queue", job.queue)
                writer.member("state", job.state)
                writer.member("repeated", job.existing == .token)
                if let existing = job.existing { writer.member("existing", existing.rawValue) }
                writer.member("ahead", Int64(job.ahead))
                writer.member("paused", job.isPaused)
                if !job.approximate.isEmpty {
                    writer.member("approximate", .array(job.approximate.map { .string($0) }))
                }
            case .failure(let error):
                writer.member("error", error.name)
                writer.member("parameters", .object(error.parameters))
            }
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            jobs = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("jobs").array { item throws(ParameterError) in
                    try item.object { fields throws(ParameterError) in try Self.item(&fields) }
                }
            }
        }

        private static func item(_ fields: inout ParameterReader) throws(ParameterError) -> Item {
            if let error = fields.optional("error") {
                let parameters = fields.optional("parameters")?.value.objectValue ?? [:]
                return .failure(VarlinkError(try error.string(), parameters))
            }
            return .success(
                Stored(
                    id: try IDsCoding.id(try fields.required("id")), queue: try fields.required("queue").string(),
                    state: try fields.required("state").string(), existing: try fields.optional("existing")?.choice(),
                    ahead: try fields.optional("ahead")?.integer() ?? 0,
                    isPaused: try fields.optional("paused")?.bool() ?? false,
                    approximate: try fields.optional("approximate")?.strings() ?? []))
        }
    }
}
