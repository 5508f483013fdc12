import Jobs
import Testing

/// State × event → state: every pair.
struct JobStateMachineTests {
    /// What a pair must lead to.
    enum Expected: Sendable {
        case leads(to: JobState, JobStateMachine.Action = .none)
        /// The event makes no sense in that state.
        case notPossible
        /// The job has ended.
        case alreadyFinal
        /// The attempt is not the current one.
        case stale
        /// Nothing anybody sees.
        case stays
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let sample: SampleJob
        let event: JobEvent
        let expected: Expected

        var testDescription: String { "\(sample.rawValue) + \(JobStateMachineTests.kind(of: event)) -> \(expected)" }
    }

    private static func rows(_ event: JobEvent, _ expected: KeyValuePairs<SampleJob, Expected>) -> [Row] {
        expected.map { Row(sample: $0, event: event, expected: $1) }
    }

    private static let now = SampleJob.now
    private static let start = SampleJob.start
    private static let other = JobID(rawValue: 3)
    private static let unmet = JobState.failed(.dependency(other))
    private static let policy = RetryPolicy(RetryRequest())

    private static let time =
        rows(
            .due,
            [
                .blocked: .notPossible, .scheduled: .leads(to: .ready(since: start)), .ready: .notPossible,
                .parked: .notPossible, .held: .notPossible, .running: .notPossible, .stopping: .notPossible,
                .succeeded: .notPossible, .failed: .notPossible, .cancelled: .notPossible,
            ])
        + rows(
            .expired,
            [
                .blocked: .leads(to: .failed(.expired), .announceEnd),
                .scheduled: .leads(to: .failed(.expired), .announceEnd),
                .ready: .leads(to: .failed(.expired), .announceEnd),
                .parked: .leads(to: .failed(.expired), .announceEnd),
                .held: .leads(to: .failed(.expired), .announceEnd),
                .running: .notPossible, .stopping: .notPossible, .succeeded: .notPossible, .failed: .notPossible,
                .cancelled: .notPossible,
            ])
        + rows(
            .rescheduled(.after(.seconds(5))),
            [
                .blocked: .leads(to: .blocked(notBefore: now + .seconds(5))),
                .scheduled: .leads(to: .scheduled(until: now + .seconds(5))),
                .ready: .leads(to: .scheduled(until: now + .seconds(5))),
                .parked: .leads(to: .scheduled(until: now + .seconds(5))),
                .held: .leads(to: .held(notBefore: now + .seconds(5))), .running: .notPossible,
                .stopping: .notPossible, .succeeded: .alreadyFinal, .failed: .alreadyFinal,
                .cancelled: .alreadyFinal,
            ])
        + rows(
            .rescheduled(nil),
            [
                .blocked: .leads(to: .blocked(notBefore: nil)), .scheduled: .leads(to: .ready(since: now)),
                .ready: .leads(to: .ready(since: SampleJob.then)),
                .parked: .leads(to: .ready(since: SampleJob.then)), .held: .leads(to: .held(notBefore: nil)),
                .running: .notPossible, .stopping: .notPossible,
                .succeeded: .alreadyFinal, .failed: .alreadyFinal, .cancelled: .alreadyFinal,
            ])

    private static let others =
        rows(
            .dependencyMet,
            [
                .blocked: .stays, .scheduled: .notPossible, .ready: .notPossible, .parked: .notPossible,
                .held: .stays, .running: .notPossible, .stopping: .notPossible, .succeeded: .notPossible,
                .failed: .stays, .cancelled: .stays,
            ])
        + rows(
            .dependencyFailed(on: other),
            [
                .blocked: .leads(to: unmet, .announceEnd), .scheduled: .notPossible, .ready: .notPossible,
                .parked: .notPossible, .held: .leads(to: unmet, .announceEnd), .running: .notPossible,
                .stopping: .notPossible, .succeeded: .notPossible, .failed: .stays, .cancelled: .stays,
            ])

    private static let resources =
        rows(
            .parked(lacks: .named("net")),
            [
                .blocked: .notPossible, .scheduled: .notPossible,
                .ready: .leads(to: .ready(since: SampleJob.then, lacks: .named("net"))),
                .parked: .leads(to: .ready(since: SampleJob.then, lacks: .named("net"))), .held: .notPossible,
                .running: .notPossible, .stopping: .notPossible, .succeeded: .notPossible, .failed: .notPossible,
                .cancelled: .notPossible,
            ])
        + rows(
            .admitted,
            [
                .blocked: .notPossible, .scheduled: .notPossible, .ready: .notPossible,
                .parked: .leads(to: .ready(since: SampleJob.then)), .held: .notPossible, .running: .notPossible,
                .stopping: .notPossible, .succeeded: .notPossible, .failed: .notPossible, .cancelled: .notPossible,
            ])

    private static let attempts =
        rows(
            .claimed,
            [
                .blocked: .notPossible, .scheduled: .notPossible,
                .ready: .leads(to: .running(attempt: 3), .run(attempt: 3)), .parked: .notPossible,
                .held: .notPossible, .running: .notPossible, .stopping: .notPossible, .succeeded: .notPossible,
                .failed: .notPossible, .cancelled: .notPossible,
            ])
        + rows(
            .ended(attempt: 2, .exited(code: 0), policy, jitter: 0),
            [
                .blocked: .stale, .scheduled: .stale, .ready: .stale, .parked: .stale, .held: .stale,
                .running: .leads(to: .succeeded, .announceEnd), .stopping: .leads(to: .succeeded, .announceEnd),
                .succeeded: .stale, .failed: .stale, .cancelled: .stale,
            ])
        + rows(
            .ended(attempt: 2, .exited(code: 1), policy, jitter: 0),
            [
                .blocked: .stale, .scheduled: .stale, .ready: .stale, .parked: .stale, .held: .stale,
                .running: .leads(to: .failed(.attempt(.exited(code: 1))), .announceEnd),
                .stopping: .leads(to: .cancelled, .announceEnd), .succeeded: .stale, .failed: .stale,
                .cancelled: .stale,
            ])
        + rows(
            .ended(attempt: 1, .exited(code: 0), policy, jitter: 0),
            [
                .blocked: .stale, .scheduled: .stale, .ready: .stale, .parked: .stale, .held: .stale,
                .running: .stale, .stopping: .stale, .succeeded: .stale, .failed: .stale, .cancelled: .stale,
            ])

    private static let people =
        rows(
            .cancelRequested,
            [
                .blocked: .leads(to: .cancelled, .announceEnd), .scheduled: .leads(to: .cancelled, .announceEnd),
                .ready: .leads(to: .cancelled, .announceEnd), .parked: .leads(to: .cancelled, .announceEnd),
                .held: .leads(to: .cancelled, .announceEnd),
                .running: .leads(to: .running(attempt: 2, isStopping: true), .stop(attempt: 2)),
                .stopping: .leads(to: .running(attempt: 2, isStopping: true), .stop(attempt: 2)),
                .succeeded: .alreadyFinal, .failed: .alreadyFinal, .cancelled: .alreadyFinal,
            ])
        + rows(
            .replaced,
            [
                .blocked: .leads(to: .cancelled, .announceEnd), .scheduled: .leads(to: .cancelled, .announceEnd),
                .ready: .leads(to: .cancelled, .announceEnd), .parked: .leads(to: .cancelled, .announceEnd),
                .held: .leads(to: .cancelled, .announceEnd), .running: .notPossible, .stopping: .notPossible,
                .succeeded: .alreadyFinal, .failed: .alreadyFinal, .cancelled: .alreadyFinal,
            ])
        + rows(
            .holdRequested,
            [
                .blocked: .leads(to: .held(notBefore: start)), .scheduled: .leads(to: .held(notBefore: start)),
                .ready: .leads(to: .held(notBefore: nil)), .parked: .leads(to: .held(notBefore: nil)),
                .held: .leads(to: .held(notBefore: start)), .running: .notPossible, .stopping: .notPossible,
                .succeeded: .alreadyFinal,
                .failed: .alreadyFinal, .cancelled: .alreadyFinal,
            ])
        + rows(
            .releaseRequested,
            [
                .blocked: .notPossible, .scheduled: .notPossible, .ready: .notPossible, .parked: .notPossible,
                .held: .leads(to: .blocked(notBefore: start)), .running: .notPossible, .stopping: .notPossible,
                .succeeded: .alreadyFinal, .failed: .alreadyFinal, .cancelled: .alreadyFinal,
            ])
        + rows(
            .retryRequested(openDependencies: 0),
            [
                .blocked: .notPossible, .scheduled: .notPossible, .ready: .notPossible, .parked: .notPossible,
                .held: .notPossible, .running: .notPossible, .stopping: .notPossible,
                .succeeded: .leads(to: .ready(since: now)), .failed: .leads(to: .ready(since: now)),
                .cancelled: .leads(to: .ready(since: now)),
            ])
        + rows(
            .retryRequested(openDependencies: 1),
            [
                .blocked: .notPossible, .scheduled: .notPossible, .ready: .notPossible, .parked: .notPossible,
                .held: .notPossible, .running: .notPossible, .stopping: .notPossible,
                .succeeded: .leads(to: .blocked(notBefore: nil)), .failed: .leads(to: .blocked(notBefore: nil)),
                .cancelled: .leads(to: .blocked(notBefore: nil)),
            ])

    static let table = time + others + resources + attempts + people

    @Test("each pair of state and event leads where the table says", arguments: table)
    func pair(row: Row) {
        let before = row.sample.job
        var job = before
        let found = Result { () throws(JobStateError) in
            try JobStateMachine.apply(row.event, to: &job, at: Self.now)
        }
        switch row.expected {
        case .leads(let state, let action):
            #expect(found == .success(action))
            #expect(job.state == state)
            #expect(job.ended == (state.isFinal ? Self.now : nil))
        case .stays:
            #expect(found == .success(.none))
            #expect(job.state == before.state && job.ended == before.ended)
        case .notPossible: #expect(found == .failure(.notPossible(before.state.name)))
        case .alreadyFinal: #expect(found == .failure(.alreadyFinal(before.state.name)))
        case .stale:
            guard case .ended(let attempt, _, _, _) = row.event else {
                Issue.record("no end")
                return
            }
            #expect(found == .failure(.staleAttempt(attempt)))
        }
        if case .failure = found { #expect(job == before, "it changed though it threw") }
    }

    @Test("the table has each state with each event")
    func complete() {
        let kinds = Set(Self.table.map { Self.kind(of: $0.event) })
        #expect(kinds.count == 14)
        for sample in SampleJob.allCases {
            #expect(
                Set(Self.table.filter { $0.sample == sample }.map { Self.kind(of: $0.event) }) == kinds,
                "\(sample)")
        }
        #expect(Set(SampleJob.allCases.map(\.state.name)) == Set(JobState.Name.allCases))
    }

    /// A new kind of event does not compile here until it has a place in the table.
    static func kind(of event: JobEvent) -> String {
        switch event {
        case .due: "due"
        case .dependencyMet: "dependencyMet"
        case .dependencyFailed: "dependencyFailed"
        case .expired: "expired"
        case .parked: "parked"
        case .admitted: "admitted"
        case .claimed: "claimed"
        case .ended: "ended"
        case .cancelRequested: "cancelRequested"
        case .replaced: "replaced"
        case .holdRequested: "holdRequested"
        case .releaseRequested: "releaseRequested"
        case .retryRequested: "retryRequested"
        case .rescheduled: "rescheduled"
        }
    }
}
