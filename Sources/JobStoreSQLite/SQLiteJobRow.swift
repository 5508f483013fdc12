import JobStore
import Jobs

/// A job as one row of `job` joined with `spec`, and back.
enum SQLiteJobRow {
    /// The columns that `read` expects, in its order.
    static let columns = """
        job.id, job.state, job.queue, job.priority, job.since, job.attempts, job.uid, job.reason, job.detail, job.step, \
        spec.payload, spec.directory, spec.environment, spec.name, spec.delay, spec.timeout, spec.kill_after, \
        spec.gid, spec.submitted
        """

    static func read(_ row: borrowing SQLiteRow) throws(JobStoreError) -> Job {
        guard let queue = QueueName(row.text(2)) else {
            throw .refused("the store holds a job in a queue without a valid name (\(row.text(2))): it is damaged")
        }
        let command = Command(
            arguments: strings(row.blob(10)), directory: row.optionalText(11), environment: variables(row.blob(12)))
        let spec = JobSpec(
            command: command, queue: queue, name: row.optionalText(13), priority: Int(row.integer(3)),
            delay: row.optionalInteger(14).map { .nanoseconds($0) },
            timeout: row.optionalInteger(15).map { .nanoseconds($0) },
            killAfter: row.optionalInteger(16).map { .nanoseconds($0) })
        let state = try state(of: row)
        return Job(
            id: JobID(rawValue: row.integer(0)), spec: spec,
            submitter: Submitter(
                user: UInt32(truncatingIfNeeded: row.integer(6)), group: UInt32(truncatingIfNeeded: row.integer(17))),
            submitted: Timestamp(nanoseconds: row.integer(18)), state: state, attempts: Int(row.integer(5)),
            ended: state.isFinal ? Timestamp(nanoseconds: row.integer(4)) : nil)
    }

    private static func state(of row: borrowing SQLiteRow) throws(JobStoreError) -> JobState {
        switch try SQLiteStateCode.name(of: row.integer(1)) {
        case .scheduled: .scheduled(until: Timestamp(nanoseconds: row.integer(4)))
        case .ready: .ready(since: Timestamp(nanoseconds: row.integer(4)))
        case .running: .running(attempt: Int(row.integer(5)))
        case .succeeded: .succeeded
        case .failed:
            .failed(
                try SQLiteOutcomeCode(
                    outcome: row.integer(7), detail: row.optionalInteger(8), step: row.optionalInteger(9)
                ).decoded())
        case .cancelled: .cancelled
        }
    }

    /// What `job.since` holds for a state.
    static func since(_ state: JobState, ended: Timestamp?) -> Int64 {
        switch state {
        case .scheduled(let until): until.nanoseconds
        case .ready(let since): since.nanoseconds
        case .running, .succeeded, .failed, .cancelled: ended?.nanoseconds ?? 0
        }
    }

    /// NUL after each: no argument and no variable can hold one.
    static func bytes(_ strings: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for string in strings {
            bytes += string.utf8
            bytes.append(0)
        }
        return bytes
    }

    /// Sorted, so that equal environments are equal bytes.
    static func bytes(_ variables: [String: String]) -> [UInt8] {
        bytes(variables.map { "\($0.key)=\($0.value)" }.sorted())
    }

    private static func strings(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func variables(_ bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in strings(bytes) {
            guard let sign = entry.firstIndex(of: "=") else { continue }
            variables[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
        }
        return variables
    }
}

extension Duration {
    /// Whole nanoseconds, at most about 292 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }
}
