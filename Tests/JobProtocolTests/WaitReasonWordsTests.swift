import JobProtocol
import Jobs
import Testing
import Varlink

/// Why a job does not run, in words.
struct WaitReasonWordsTests {
    private static let time = Timestamp(nanoseconds: 1_795_338_000_123_456_789)
    private static let text = "2026-11-22T09:00:00Z"

    private static func job(_ state: JobState = .ready(since: time), priority: Int = 0) -> Job {
        Job(
            id: JobID(rawValue: 42),
            spec: JobSpec(
                command: Command(arguments: ["x"]), queue: QueueName("build") ?? .default, priority: priority),
            submitter: Submitter(user: 5, group: 6), submitted: time, firstState: .ready, state: state)
    }

    private func words(_ reason: WaitReason, of job: Job = job()) -> WaitReasonWords {
        WaitReasonWords(reason, of: job) { $0 == 5 ? "ann" : "\($0)" }
    }

    private func check(
        _ reason: WaitReason, of job: Job = job(), _ kind: WaitReasonWords.Kind, _ sentence: String, _ remedy: String?,
        at location: SourceLocation = #_sourceLocation
    ) {
        let words = words(reason, of: job)
        #expect(words.kind == kind, sourceLocation: location)
        #expect(words.sentence == sentence, sourceLocation: location)
        #expect(words.remedy == remedy, sourceLocation: location)
    }

    @Test("a job that runs says since when, and how to see what it prints")
    func running() {
        check(
            .running(attempt: 2, since: Self.time, isStopping: false), .running,
            "it runs: attempt 2, since \(Self.text)", "\"jobctl logs -f 42\" shows what it prints")
    }

    @Test("a job that is being stopped says so, also where its queue is frozen")
    func stopping() {
        check(
            .running(attempt: 2, since: Self.time, isStopping: true, standstill: .queue), .stopping,
            "it was cancelled, and its attempt 2 is being stopped", "\"jobctl wait 42\" waits for its end")
    }

    @Test("a frozen job names the queue to resume")
    func frozen() {
        check(
            .running(attempt: 1, since: Self.time, isStopping: false, standstill: .queue), .frozen,
            "queue build is frozen, and its attempt 1 with it",
            "an administrator's \"jobctl queue resume build\" lets it go on")
    }

    @Test("a job that has ended says how, and how to run it once more")
    func ended() {
        let retry = "\"jobctl retry 42\" runs it once more"
        check(.ended, of: Self.job(.succeeded), .ended, "it has succeeded", retry)
        check(.ended, of: Self.job(.cancelled), .ended, "it was cancelled", retry)
        check(
            .ended, of: Self.job(.failed(.attempt(.exited(code: 3)))), .ended, "it has failed: exit code 3", retry)
        check(
            .ended, of: Self.job(.failed(.expired)), .ended, "it has failed: expired before it could start", retry)
        check(
            .ended, of: Self.job(.failed(.poison)), .ended,
            "it has failed: poison: the ends of 3 attempts in a row were lost", retry)
    }

    @Test("a job that failed for another's sake names both to retry")
    func dependencyFailed() {
        check(
            .ended, of: Self.job(.failed(.dependency(JobID(rawValue: 7)))), .ended,
            "it has failed: job 7 did not end as it must for this one",
            "\"jobctl retry 7 42\" runs job 7 once more, and then this one")
    }

    @Test("a blocked job names the job it waits for, and how that must end")
    func blocked() {
        let other = JobID(rawValue: 7)
        for (condition, word) in [(Dependency.Condition.succeeded, "succeed"), (.ended, "end"), (.failed, "fail")] {
            check(
                .blocked(by: [Dependency(on: other, condition: condition)], count: 1), .blocked,
                "it waits for job 7 to \(word)", "\"jobctl why 7\" says what keeps job 7")
        }
        let many = WaitReason.blocked(by: [Dependency(on: other, condition: .succeeded)], count: 300)
        check(
            many, .blocked, "it waits for 300 jobs, the first of them job 7, which must succeed",
            "\"jobctl why 7\" says what keeps job 7")
        #expect(words(many).details == ["jobs": [7], "count": 300])
    }

    @Test("a scheduled job says until when, and how to start it now")
    func scheduled() {
        check(
            .scheduled(until: Self.time), .scheduled, "it may not start before \(Self.text)",
            "\"jobctl edit 42 --now\" lets it start at once")
        #expect(words(.scheduled(until: Self.time)).until == Self.time)
    }

    @Test("a job between two attempts says until when it waits, and how to start it now")
    func backoff() {
        check(
            .backoff(until: Self.time, failed: 3), .backoff,
            "3 attempts failed, and the next one waits until \(Self.text)",
            "\"jobctl edit 42 --now\" lets it start at once")
        #expect(words(.backoff(until: Self.time, failed: 3)).until == Self.time)
        #expect(words(.backoff(until: Self.time, failed: 1)).sentence.hasPrefix("an attempt failed, and the next"))
    }

    @Test("a held job says who holds it, and how to release it")
    func held() {
        check(
            .held(by: .user(5), since: Self.time), .held, "ann holds it since \(Self.text)",
            "\"jobctl release 42\" lets it start")
        #expect(words(.held(by: .daemon, since: Self.time)).sentence == "jobd holds it since \(Self.text)")
    }

    @Test("a job in a queue that is gone names the most similar one to move to")
    func noQueue() throws {
        check(
            .noQueue(known: [.default, try #require(QueueName("built"))]), .noQueue,
            "queue build is not in jobd's configuration", "\"jobctl edit 42 -q built\" moves it to queue built")
    }

    @Test("a job in a paused queue says who paused it, and how to resume it")
    func paused() {
        check(
            .paused(by: .user(9), since: Self.time), .paused, "9 paused queue build at \(Self.text)",
            "an administrator's \"jobctl queue resume build\" lets it go on")
    }

    @Test("while jobd stops every job waits for its start")
    func draining() {
        check(
            .draining, .draining, "jobd is about to stop, and starts nothing more",
            "it goes on when jobd is started again; \"jobctl daemon\" shows how jobd is")
    }

    @Test("a job that lacks a resource says how much is taken, and by whom")
    func resource() {
        let requirement = Requirement(resource: .named("gpu"), amount: 2)
        check(
            .lacks(requirement, taken: 1, bound: 2, takers: [JobID(rawValue: 7)]), .resource,
            "it needs 2 of resource gpu; in use: 1 of 2",
            "\"jobctl wait 7\" waits until job 7 gives back what it has taken")
        check(
            .lacks(requirement, taken: 1, bound: 2, takers: []), .resource,
            "it needs 2 of resource gpu; in use: 1 of 2", "it starts when enough is given back")
    }

    @Test("a job that needs more than there is says that it will never start so")
    func resourceGone() {
        let requirement = Requirement(resource: .named("gpu"), amount: 2)
        check(
            .lacks(requirement, taken: 0, bound: 1, takers: []), .resource,
            "it needs 2 of resource gpu, but there is only 1 in all",
            "more of it in [resources] of jobd's configuration, or \"jobctl kill 42\" and a submit that needs less")
    }

    @Test("a job at its user's own limit says how many have it")
    func limit() {
        let requirement = Requirement(resource: .limit("api", user: 5), amount: 1, bound: 2)
        check(
            .lacks(requirement, taken: 2, bound: 2, takers: [JobID(rawValue: 7), JobID(rawValue: 8)]), .limit,
            "2 running jobs have the limit api, and it starts only while fewer than 2 have it",
            "\"jobctl wait 7\" waits until job 7 gives back what it has taken")
    }

    @Test("a job whose queue may start no more for now says when the next one starts")
    func rate() {
        check(
            .rate(StartRate(starts: 10, per: .seconds(60)), next: Self.time), .rate,
            "queue build starts at most 10/1min, and the next at \(Self.text)",
            "an administrator's \"jobctl queue set build rate=...\" allows more")
        #expect(words(.rate(StartRate(starts: 1, per: .seconds(1)), next: Self.time)).until == Self.time)
    }

    @Test("a job that waits for a worker says how many are busy and how many jobs are before it")
    func busy() {
        let more = "an administrator's \"jobctl queue set build workers=5\" runs more at a time"
        check(
            .busy(taken: 4, workers: 4, slots: 1, ahead: 0), .busy, "all 4 workers of queue build are busy", more)
        check(
            .busy(taken: 4, workers: 4, slots: 1, ahead: 12), .busy,
            "all 4 workers of queue build are busy, and 12 jobs are before it",
            "\"jobctl edit 42 -o 1\" puts it before others; \(more)")
        check(
            .busy(taken: 1, workers: 1, slots: 1, ahead: 1), of: Self.job(priority: 1000), .busy,
            "the worker of queue build is busy, and 1 job is before it",
            "an administrator's \"jobctl queue set build workers=2\" runs more at a time"
        )
        check(
            .busy(taken: 2, workers: 4, slots: 3, ahead: 0), .busy,
            "it takes up 3 of the 4 workers of queue build, of which 2 are busy", more)
    }

    @Test("a job that nothing keeps starts next")
    func next() {
        check(.next, .next, "nothing keeps it: it starts next", nil)
    }

    @Test("the answer to why arrives as it was sent, with all its details")
    func wire() throws {
        let words = words(.rate(StartRate(starts: 10, per: .seconds(60)), next: Self.time))
        let answer = WhyCall.Answer(id: JobID(rawValue: 42), state: .ready, words: words)
        #expect(try WhyCall.Answer(overTheWire(answer.parameters)) == answer)
        #expect(answer.parameters["rate"] == "10/1min")
    }
}
