import JobStore
import Jobs

/// Jobs to store.
enum StoreJobs {
    static let start = Timestamp(nanoseconds: 1_795_338_000_000_000_000)

    static func new(
        _ word: String = "job", state: JobState = .ready(since: start), padding: Int = 0, token: String? = nil
    ) -> NewJob {
        let arguments = ["/bin/echo", word] + (padding > 0 ? [String(repeating: "x", count: padding)] : [])
        return NewJob(
            spec: JobSpec(command: Command(arguments: arguments), name: word), submitter: Submitter(user: 1, group: 1),
            submitted: start, state: state, token: token)
    }

    /// A job with everything that the store keeps in tables of their own.
    static func waiting(for other: JobID, token: String? = nil) -> NewJob {
        let spec = JobSpec(command: Command(arguments: ["p"]), expires: .seconds(9), key: UniqueKey("k"))
        return NewJob(
            spec: spec, submitter: Submitter(user: 1, group: 1), submitted: start, state: .blocked(notBefore: nil),
            token: token, dependencies: [Dependency(on: other, condition: .ended)], open: [other])
    }
}

extension JobStore {
    @discardableResult
    func insert(_ jobs: [NewJob]) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            var ids: [JobID] = []
            for job in jobs { ids.append(try transaction.insert(job)) }
            return ids
        }
    }

    /// All ids, newest first.
    func ids() throws(JobStoreError) -> [JobID] {
        try jobs(matching: JobFilter(), page: JobPage(limit: 100_000)).map(\.id)
    }
}
