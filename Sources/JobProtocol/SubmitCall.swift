package import Jobs
package import Varlink

/// `io.jobd.Jobs.Submit`: stores jobs, all or none, or each that can be.
package struct SubmitCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Submit"

    /// One job to store.
    package struct Item: Sendable, Equatable {
        package var spec: JobSpec
        package var token: String?
        /// What it waits for: each other job once.
        package var dependencies: [Dependency]
        /// What it reads from its stdin, where that comes with it.
        package var input: [UInt8]?
        /// Its secrets, in clear.
        package var secrets: [SecretName: [UInt8]]

        package init(
            spec: JobSpec, token: String? = nil, dependencies: [Dependency] = [], input: [UInt8]? = nil,
            secrets: [SecretName: [UInt8]] = [:]
        ) {
            self.spec = spec
            self.token = token
            self.dependencies = dependencies
            self.input = input
            self.secrets = secrets
        }

        package var json: JSONObject {
            var object = SpecCoding.object(spec)
            DependencyCoding.append(dependencies, to: &object)
            AttachmentCoding.append(input: input, secrets: secrets, to: &object)
            object.append("token", token.map { .string($0) })
            return object
        }

        package init(_ field: Parameter) throws(ParameterError) {
            self = try field.object { fields throws(ParameterError) in
                let spec = try SpecCoding.spec(&fields)
                guard fields.hasMore else { return Item(spec: spec) }
                return Item(
                    spec: spec, token: try SpecCoding.token(&fields),
                    dependencies: try DependencyCoding.read(&fields),
                    input: try AttachmentCoding.input(&fields, besides: spec.surroundings.input),
                    secrets: try AttachmentCoding.secrets(&fields))
            }
        }
    }

    package var jobs: [Item]
    /// Whether the jobs that can be are stored where others cannot.
    package var isPartial: Bool
    /// Whose jobs they are to be, by name or number; `nil` is the caller.
    package var user: String?

    package init(jobs: [Item], isPartial: Bool = false, user: String? = nil) {
        self.jobs = jobs
        self.isPartial = isPartial
        self.user = user
    }

    package var parameters: JSONObject {
        var object: JSONObject = ["jobs": .array(jobs.map { .object($0.json) })]
        if isPartial { object.append("partial", true) }
        object.append("user", user.map { .string($0) })
        return object
    }

    /// Reads a call that is good as a whole.
    package init(_ parameters: JSONObject) throws(ParameterError) {
        let read = try Self.read(parameters)
        var jobs: [Item] = []
        for job in read.jobs { jobs.append(try job.get()) }
        self.init(jobs: jobs, isPartial: read.isPartial, user: read.user)
    }

    /// A call in which some jobs may be bad.
    package struct Reading: Sendable {
        package let jobs: [Result<Item, ParameterError>]
        package let isPartial: Bool
        package let user: String?
        /// Whether a job names properties of a unit, which must be checked before it is stored.
        package let hasProperties: Bool
    }

    /// Reads a call job by job.
    ///
    /// - Throws: what is wrong with the call itself, or with the first bad job where it is not partial.
    package static func read(
        _ parameters: JSONObject
    ) throws(ParameterError) -> Reading {
        try parameters.read { reader throws(ParameterError) in
            let isPartial = try reader.optional("partial")?.bool() ?? false
            let user = try reader.optional("user")?.string()
            let list = try reader.required("jobs")
            var dependencies = 0
            var hasProperties = false
            let jobs = try list.array { job throws(ParameterError) in
                do throws(ParameterError) {
                    let item = try Item(job)
                    dependencies += item.dependencies.count
                    hasProperties = hasProperties || !item.spec.properties.isEmpty
                    return Result<Item, ParameterError>.success(item)
                } catch {
                    guard isPartial else { throw error }
                    // Its path begins with the place in the list: [3].priority.
                    return .failure(ParameterError(path: "jobs" + error.path, problem: error.problem, kind: error.kind))
                }
            }
            guard (1...Limits.jobsPerSubmit).contains(jobs.count) else {
                throw list.error("must hold from 1 to \(Limits.jobsPerSubmit) jobs")
            }
            guard dependencies <= Limits.dependenciesPerSubmit else {
                throw list.error("must not wait for more than \(Limits.dependenciesPerSubmit) jobs in all")
            }
            return Reading(jobs: jobs, isPartial: isPartial, user: user, hasProperties: hasProperties)
        }
    }
}
