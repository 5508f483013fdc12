import Jobs

/// Everything that the reference stores.
///
/// A value: a copy shares what neither side changes.
struct MemoryJobTable: Sendable {
    var jobs: [JobID: MemoryJobRow] = [:]
    var lastID: Int64 = 0
    /// Of those jobs that have some.
    var attachments: [JobID: Attachments] = [:]
    /// In the order of their numbers.
    var attempts: [JobID: [Attempt]] = [:]
    /// In the order in which they were noted.
    var changes: [JobID: [Change]] = [:]
    var tokens: [UserName: JobID] = [:]
    var keys: [UserName: JobID] = [:]
    /// For each job what it waits for or has waited for.
    var dependencies: [JobID: [JobID: Link]] = [:]
    /// For each job those who still wait for it.
    var dependants: [JobID: Set<JobID>] = [:]
    var toSettle: Set<JobID> = []
    var taken: [Resource: [JobID: Int]] = [:]
    var settings: [QueueName: [String: StoredSetting]] = [:]

    /// A name that a user chose: a token or a key.
    struct UserName: Hashable {
        let user: UInt32
        let text: String
    }

    /// That one job waits for another, or has waited for it.
    struct Link {
        let condition: Dependency.Condition
        var isOpen: Bool
    }

    /// What a job waits for or has waited for, by id.
    func dependencies(of job: JobID, where matches: (Link) -> Bool) -> [Dependency] {
        let links = dependencies[job, default: [:]].filter { matches($0.value) }
        return links.sorted { $0.key < $1.key }.map { Dependency(on: $0.key, condition: $0.value.condition) }
    }
}

/// A job as the reference stores it: a reference, because a job is large and a table is copied for each write.
final class MemoryJobRow: Sendable {
    let job: Job
    let token: String?
    let isEdited: Bool

    init(job: Job, token: String?, isEdited: Bool) {
        self.job = job
        self.token = token
        self.isEdited = isEdited
    }
}
