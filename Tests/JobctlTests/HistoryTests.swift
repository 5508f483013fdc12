import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("The life of a job")
struct HistoryTests {
    private static func step(
        _ cause: Transition.Cause, _ state: JobState.Name, by actor: Actor = .daemon
    ) -> TransitionView {
        TransitionView(Transition(at: SampleJobs.now, by: actor, cause: cause, state: state)) { _ in "ann" }
    }

    @Test(
        "each step says what was done, why, and who did it where it was not jobd",
        arguments: [
            (step(.submitted, .ready, by: .user(1)), "submitted by ann"),
            (step(.claimed(attempt: 2), .running), "attempt 2 started"),
            (step(.ended(attempt: 2, .exited(code: 0)), .succeeded), "attempt 2 succeeded"),
            (step(.ended(attempt: 2, .exited(code: 3)), .scheduled), "attempt 2: exit code 3"),
            (step(.ended(attempt: 2, .lost), .failed), "attempt 2: lost"),
            (step(.changed(.due), .ready), "its time has come"),
            (step(.changed(.dependenciesMet), .ready), "the last job that it waited for has ended"),
            (
                step(.changed(.dependencyFailed(on: JobID(rawValue: 7))), .failed),
                "job 7 did not end as it must for this one"
            ),
            (step(.changed(.expired), .failed), "it waited longer for its first start than it may"),
            (step(.changed(.held), .held, by: .user(1)), "held by ann"),
            (step(.changed(.released), .ready, by: .user(1)), "released by ann"),
            (step(.changed(.cancelled), .cancelled, by: .user(1)), "cancelled by ann"),
            (step(.changed(.cancelled), .running, by: .user(1)), "cancelled by ann: its attempt is stopped"),
            (
                step(.changed(.replaced(by: JobID(rawValue: 9))), .cancelled, by: .user(1)),
                "replaced by job 9, which has the same key"
            ),
            (step(.changed(.retried), .ready, by: .user(1)), "retried by ann"),
            (step(.changed(.edited("queue,command")), .ready, by: .user(1)), "edited by ann: queue,command"),
        ])
    func sentences(_ step: TransitionView, _ sentence: String) {
        #expect(JobHistoryText.sentence(step) == sentence)
    }

    @Test("a long life says how many steps are not shown")
    func long() {
        let steps = (1...105).map { number in
            Transition(at: SampleJobs.now, by: .daemon, cause: .claimed(attempt: number), state: .running)
        }
        let details = JobDetails(dependencies: [], history: steps) { _ in "" }
        let job = SampleJobs.standing(.ready(since: SampleJobs.now), details: details)
        let lines = JobHistoryText.lines(job)
        #expect(lines.count == 101)
        #expect(lines[0] == "5 earlier steps")
        #expect(lines[1] == "2027-01-15T08:00:00Z  running  attempt 6 started")
    }
}
