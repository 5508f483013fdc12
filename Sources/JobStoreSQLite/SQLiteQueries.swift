import JobStore
import Jobs

/// What both kinds of connection ask.
enum SQLiteQueries {
    /// Jobs with their specs; `condition` ends with order and limit where it has them.
    static func select(where condition: String) -> String {
        "SELECT \(SQLiteJobColumn.list) FROM job JOIN spec ON spec.job = job.id WHERE \(condition)"
    }

    static func job(_ id: JobID, on connection: SQLiteConnection) throws(JobStoreError) -> Job? {
        try connection.statement(jobByID).first({ $0.bind(id) }, read: SQLiteJobRow.read)
    }

    static let jobByID = select(where: "job.id = ?")

    static func jobs(
        matching filter: JobFilter, page: JobPage, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Job] {
        var conditions = ["job.id < ?"]
        if !filter.states.isEmpty {
            let numbers = filter.states.map(SQLiteStateCode.number).sorted()
            conditions.append("job.state IN (\(numbers.map(String.init).joined(separator: ", ")))")
            // The words of the partial indexes, so that no job is passed over that ended, or that lives. What runs has
            // no time, which makes its part of the index one in the order of ids.
            if filter.states == [.running] {
                conditions.append("job.state <> 1 AND job.since = 0")
            } else if filter.states.allSatisfy({ !$0.isFinal }) {
                conditions.append("job.state < 3")
            } else if filter.states.allSatisfy(\.isFinal) {
                conditions.append("job.state > 2")
            }
        }
        if !filter.queues.isEmpty {
            // One text for any number of queues: each text stays prepared.
            conditions.append("job.queue IN (SELECT value FROM json_each(?))")
        }
        if filter.user != nil { conditions.append("job.uid = ?") }
        if filter.name != nil { conditions.append("spec.name = ?") }
        let condition = conditions.joined(separator: " AND ") + " ORDER BY job.id DESC LIMIT ?"
        var size = 0
        return try connection.statement(select(where: condition)).rows {
            $0.bind(page.before?.rawValue ?? .max)
            // A queue's name needs no escape in JSON.
            let queues = filter.queues.sorted().map { "\"\($0)\"" }.joined(separator: ",")
            if !filter.queues.isEmpty { $0.bind("[\(queues)]") }
            if let user = filter.user { $0.bind(Int64(user)) }
            if let name = filter.name { $0.bind(name) }
            $0.bind(page.limit)
        } read: { row throws(JobStoreError) in
            // Beyond the page's bytes the query is left where it stands.
            guard size <= page.bytes else { return nil }
            let job = try SQLiteJobRow.read(row)
            size += job.shared.spec.command.size
            return job
        }
    }
}
