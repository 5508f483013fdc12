import Jobs
import Testing

/// What follows the end of an attempt.
struct RetryTests {
    /// An attempt, what was asked for, and where the job stands afterwards.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: Outcome
        var request = RetryRequest()
        var spent = 0
        var crashes = 0
        var isStopping = false
        let state: JobState
        var spentAfter = 0

        var testDescription: String { name }
    }

    private static let now = SampleJob.now
    /// With a jitter of a half and a backoff of 8 s.
    private static let later = JobState.scheduled(until: now + .seconds(4))
    private static let twice = RetryRequest(retries: 2, backoff: .seconds(8))

    private static func retry(
        _ retries: Int? = 2, codes: Set<Int32> = [], success: Set<Int32> = [],
        onInterrupt: RetryRequest.OnInterrupt? = nil
    ) -> RetryRequest {
        RetryRequest(
            retries: retries, backoff: .seconds(8), exitCodes: codes, successCodes: success, onInterrupt: onInterrupt)
    }

    private static func failed(_ outcome: Outcome) -> JobState { .failed(.attempt(outcome)) }

    private static let plain: [Case] = [
        .init(name: "0 is success", outcome: .exited(code: 0), request: twice, state: .succeeded),
        .init(
            name: "another code is success where the job says so", outcome: .exited(code: 3),
            request: retry(success: [3]), state: .succeeded),
        .init(
            name: "0 is success beside the codes that the job names", outcome: .exited(code: 0),
            request: retry(success: [3]), state: .succeeded),
        .init(
            name: "without retries a failure is the end", outcome: .exited(code: 1), state: failed(.exited(code: 1)),
            spentAfter: 1),
        .init(
            name: "with retries left a failure is followed by a wait", outcome: .exited(code: 1), request: twice,
            state: later, spentAfter: 1),
        .init(
            name: "the last retry that fails is the end", outcome: .exited(code: 1), request: twice, spent: 2,
            state: failed(.exited(code: 1)), spentAfter: 3),
        .init(
            name: "a code that is not worth a retry is the end", outcome: .exited(code: 1),
            request: retry(codes: [2, 3]), state: failed(.exited(code: 1)), spentAfter: 1),
        .init(
            name: "a code that is worth a retry is followed by one", outcome: .exited(code: 2),
            request: retry(codes: [2, 3]), state: later, spentAfter: 1),
        .init(
            name: "75 is worth a retry whatever the list says", outcome: .exited(code: 75),
            request: retry(codes: [2]), state: later, spentAfter: 1),
        .init(
            name: "75 without retries is a failure like any other", outcome: .exited(code: 75),
            state: failed(.exited(code: 75)), spentAfter: 1),
        .init(
            name: "a signal is worth a retry, whatever codes are named", outcome: .signalled(11),
            request: retry(codes: [2]), state: later, spentAfter: 1),
        .init(
            name: "a timeout is worth a retry, whatever codes are named", outcome: .timedOut,
            request: retry(codes: [2]), state: later, spentAfter: 1),
        .init(
            name: "a start that failed is worth a retry", outcome: .couldNotStart(step: .clone, errno: 11),
            request: twice, state: later, spentAfter: 1),
    ]

    private static let stopped: [Case] = [
        .init(
            name: "a cancel of a running job wins over its retries", outcome: .cancelled, request: twice,
            isStopping: true, state: .cancelled),
        .init(
            name: "a job that is to stop and fails is cancelled", outcome: .exited(code: 1), request: twice,
            isStopping: true, state: .cancelled),
        .init(
            name: "a job that is to stop and is interrupted is cancelled", outcome: .interrupted,
            request: retry(onInterrupt: .requeue), isStopping: true, state: .cancelled),
        .init(
            name: "a job that is to stop and is lost is cancelled", outcome: .lost, request: twice, isStopping: true,
            state: .cancelled),
        .init(
            name: "a job that is to stop and crashes for the third time is cancelled", outcome: .lost,
            request: twice, crashes: 2, isStopping: true, state: .cancelled),
        .init(
            name: "a job that is to stop and succeeds has succeeded", outcome: .exited(code: 0), isStopping: true,
            state: .succeeded),
    ]

    private static let interrupted: [Case] = [
        .init(
            name: "an interrupted job that may retry is ready and has spent nothing", outcome: .interrupted,
            request: twice, state: .ready(since: now)),
        .init(
            name: "an interrupted job runs its last retry again", outcome: .interrupted, request: twice, spent: 2,
            state: .ready(since: now), spentAfter: 2),
        .init(
            name: "an interrupted job that may not retry has failed", outcome: .interrupted,
            state: failed(.interrupted), spentAfter: 1),
        .init(
            name: "an interrupted job that is to be requeued is, without retries", outcome: .interrupted,
            request: retry(0, onInterrupt: .requeue), state: .ready(since: now)),
        .init(
            name: "an interrupted job that is to fail does, whatever its retries", outcome: .interrupted,
            request: retry(onInterrupt: .fail), state: failed(.interrupted)),
    ]

    private static let lost: [Case] = [
        .init(name: "a lost job that may not retry has failed", outcome: .lost, state: failed(.lost), spentAfter: 1),
        .init(
            name: "a lost job that may retry has spent an attempt and waits", outcome: .lost, request: twice,
            state: later, spentAfter: 1),
        .init(
            name: "a lost job that is to be requeued is ready and has spent nothing", outcome: .lost,
            request: retry(0, onInterrupt: .requeue), state: .ready(since: now)),
        .init(
            name: "a lost job that is to fail does, whatever its retries", outcome: .lost,
            request: retry(onInterrupt: .fail), state: failed(.lost)),
        .init(
            name: "the third loss in a row sets a job aside", outcome: .lost, request: retry(100), crashes: 2,
            state: .failed(.poison)),
        .init(
            name: "the third loss in a row sets a job aside that is to be requeued", outcome: .lost,
            request: retry(onInterrupt: .requeue), crashes: 2, state: .failed(.poison)),
    ]

    @Test("each end of an attempt has its consequence", arguments: plain + stopped + interrupted + lost)
    func consequence(of case: Case) throws {
        var job = SampleJob.job(
            .running(attempt: 4, isStopping: `case`.isStopping), attempts: 4, spent: `case`.spent,
            crashes: `case`.crashes)
        let event = JobEvent.ended(attempt: 4, `case`.outcome, RetryPolicy(`case`.request), jitter: 0.5)
        let action = try JobStateMachine.apply(event, to: &job, at: Self.now)
        #expect(job.state == `case`.state)
        #expect(action == (`case`.state.isFinal ? .announceEnd : .none))
        if !`case`.state.isFinal || `case`.spentAfter > 0 { #expect(job.spentAttempts == `case`.spentAfter) }
    }

    @Test("only losses in a row count: an end that was seen begins anew", arguments: [1, 0] as [Int32])
    func crashesInARow(code: Int32) throws {
        let policy = RetryPolicy(RetryRequest(retries: 100))
        var job = SampleJob.job(.running(attempt: 1), attempts: 1)
        func end(_ outcome: Outcome) throws {
            job.state = .running(attempt: 1)
            _ = try JobStateMachine.apply(
                .ended(attempt: 1, outcome, policy, jitter: 0), to: &job, at: Self.now)
        }
        try end(.lost)
        try end(.lost)
        #expect(job.crashes == 2)
        try end(.exited(code: code))
        #expect(job.crashes == 0)
        try end(.lost)
        try end(.lost)
        #expect(job.state == .ready(since: Self.now))
        try end(.lost)
        #expect(job.state == .failed(.poison))
    }

    /// How long a job waits whose attempt failed.
    private func wait(
        spent: Int, jitter: Double, backoff: Duration? = nil, queue: Duration = RetryPolicy.defaultBackoff
    ) throws -> Duration {
        var job = SampleJob.job(.running(attempt: 1), spent: spent - 1)
        let policy = RetryPolicy(RetryRequest(retries: .max, backoff: backoff), backoff: queue)
        _ = try JobStateMachine.apply(
            .ended(attempt: 1, .exited(code: 1), policy, jitter: jitter), to: &job, at: Self.now)
        switch job.state {
        case .scheduled(let until): return until - Self.now
        case .ready(let since, nil): return since - Self.now
        default:
            Issue.record("\(job.state)")
            return .zero
        }
    }

    private static let almostOne = 1.0.nextDown

    @Test(
        "the longest wait doubles from retry to retry, up to an hour",
        arguments: [(1, 5), (2, 10), (3, 20), (4, 40), (10, 2_560), (11, 3_600), (12, 3_600), (1_000_000, 3_600)])
    func backoff(spent: Int, seconds: Int) throws {
        let wait = try wait(spent: spent, jitter: Self.almostOne)
        #expect(wait <= .seconds(seconds) && wait >= .seconds(seconds) - .milliseconds(1))
        #expect(try self.wait(spent: spent, jitter: 0) == .zero)
        let half = try self.wait(spent: spent, jitter: 0.5)
        #expect(half == .milliseconds(seconds * 500))
    }

    @Test("a job's own backoff wins over its queue's, and may be longer than an hour")
    func ownBackoff() throws {
        #expect(try wait(spent: 1, jitter: 0.5, queue: .seconds(20)) == .seconds(10))
        #expect(try wait(spent: 1, jitter: 0.5, backoff: .seconds(8), queue: .seconds(20)) == .seconds(4))
        #expect(try wait(spent: 1, jitter: 0.5, backoff: .seconds(7_200)) == .seconds(3_600))
        #expect(try wait(spent: 9, jitter: 0.5, backoff: .seconds(7_200)) == .seconds(3_600))
    }

    @Test("without a backoff the next attempt may begin at once, however many failed")
    func noBackoff() throws {
        for spent in [1, 2, 40, 41, 1_000_000, Int.max / 2] {
            #expect(try wait(spent: spent, jitter: Self.almostOne, backoff: .zero) == .zero)
        }
    }

    @Test("the longest backoff that can be asked for is no trap")
    func longestBackoff() throws {
        let wait = try wait(spent: 1_000, jitter: Self.almostOne, backoff: Limits.longestDuration)
        #expect(wait <= Limits.longestDuration && wait > Limits.longestDuration - .seconds(1))
    }

    @Test("a job's own number of retries wins over its queue's")
    func ownRetries() {
        #expect(RetryPolicy(RetryRequest(), retries: 3).retries == 3)
        #expect(RetryPolicy(RetryRequest(retries: 0), retries: 3).retries == 0)
        #expect(RetryPolicy(RetryRequest(retries: 5), retries: 3).retries == 5)
    }
}
