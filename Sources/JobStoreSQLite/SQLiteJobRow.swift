import JobStore
import Jobs

/// A job from one row of `job` joined with `spec`, by `SQLiteJobColumn`.
enum SQLiteJobRow {
    static func read(_ row: borrowing SQLiteRow) throws(JobStoreError) -> Job {
        let state = try state(of: row)
        let firstState = try row.optionalInteger(.firstState).map(SQLiteStateCode.name)
        return Job(
            id: JobID(rawValue: row.integer(.id)), spec: try spec(of: row),
            submitter: Submitter(
                user: UInt32(truncatingIfNeeded: row.integer(.uid)),
                group: UInt32(truncatingIfNeeded: row.integer(.gid)), name: row.optionalText(.userName)),
            submitted: Timestamp(nanoseconds: row.integer(.submitted)), firstState: firstState ?? .ready, state: state,
            attempts: Int(row.integer(.attempts)), spentAttempts: Int(row.integer(.spent)),
            crashes: Int(row.integer(.crashes)), openDependencies: Int(row.integer(.open)),
            ended: state.isFinal ? Timestamp(nanoseconds: row.integer(.since)) : nil)
    }

    private static func state(of row: borrowing SQLiteRow) throws(JobStoreError) -> JobState {
        switch try SQLiteStateCode.name(of: row.integer(.state)) {
        case .blocked: .blocked(notBefore: row.timestamp(.notBefore))
        case .scheduled: .scheduled(until: Timestamp(nanoseconds: row.integer(.since)))
        case .ready:
            .ready(
                since: Timestamp(nanoseconds: row.integer(.since)), lacks: try row.optionalText(.lacks).map(resource))
        case .held: .held(notBefore: row.timestamp(.notBefore))
        case .running:
            .running(attempt: Int(row.integer(.attempts)), isStopping: row.optionalInteger(.stopping) != nil)
        case .succeeded: .succeeded
        case .failed:
            .failed(
                try SQLiteOutcomeCode(
                    outcome: row.integer(.reason), detail: row.optionalInteger(.detail),
                    step: row.optionalInteger(.step)
                ).decodedFailure())
        case .cancelled: .cancelled
        }
    }

    static func resource(_ text: String) throws(JobStoreError) -> Resource {
        guard let resource = Resource(text: text) else { throw .damaged("an unknown resource (\(text))") }
        return resource
    }

    private static func spec(of row: borrowing SQLiteRow) throws(JobStoreError) -> JobSpec {
        guard let queue = QueueName(row.text(.queue)) else {
            throw .damaged("a job in a queue without a valid name (\(row.text(.queue)))")
        }
        let command = Command(
            arguments: SQLiteText.strings(row.blob(.payload)), directory: row.optionalText(.directory),
            environment: SQLiteText.variables(row.blob(.environment)))
        var spec = JobSpec(
            command: command, queue: queue, name: row.optionalText(.name), priority: Int(row.integer(.priority)),
            start: row.duration(.delay).map { .after($0) }, timeout: row.duration(.timeout),
            killAfter: row.duration(.killAfter))
        if let options = row.optionalBlob(.options) { try SQLiteSpecOptions.read(options, into: &spec) }
        return spec
    }
}
