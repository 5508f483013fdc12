import JobClient
import JobProtocol
import Jobs

/// The jobs that `status` shows, by number.
struct JobSnapshot {
    let jobs: [JobView]
    /// Whether there are more that wait than were asked for.
    let hasMoreWaiting: Bool

    private static let pageSize = 100

    /// Asks for them in the order of a job's life: one that moves on meanwhile may come twice, and is then shown as it
    /// was last, but none is missed.
    ///
    /// - Parameters:
    ///   - states: those to show; empty is all.
    ///   - ended: at most so many that have ended, the newest; `nil` is all.
    ///   - waiting: at most so many that wait, the newest; `nil` is all.
    init(from client: JobClient, states: [JobClient.State], queues: [String], ended: Int?, waiting: Int?) throws {
        var found: [JobID: JobView] = [:]
        func take(_ wanted: [JobClient.State], atMost limit: Int?) throws -> Bool {
            let wanted = states.isEmpty ? wanted : wanted.filter(states.contains)
            guard !wanted.isEmpty, limit != 0 else { return false }
            let (jobs, hasMore) = try Self.jobs(from: client, .init(states: wanted, queues: queues), atMost: limit)
            for job in jobs { found[job.id] = job }
            return hasMore
        }
        hasMoreWaiting = try take(JobClient.State.waiting, atMost: waiting)
        _ = try take([.running], atMost: nil)
        _ = try take(JobClient.State.final, atMost: ended)
        jobs = found.values.sorted { $0.id < $1.id }
    }

    /// The newest that match, page by page.
    static func jobs(
        from client: JobClient, _ filter: JobClient.Filter, atMost limit: Int?
    ) throws -> (jobs: [JobView], hasMore: Bool) {
        var jobs: [JobView] = []
        var before: Int64?
        while true {
            let left = limit.map { $0 - jobs.count } ?? pageSize
            let page = try client.jobs(matching: filter, before: before, limit: min(left, pageSize))
            jobs += page.jobs.map(\.view)
            guard let next = page.next else { return (jobs, false) }
            if let limit, jobs.count >= limit { return (jobs, true) }
            before = next
        }
    }
}
