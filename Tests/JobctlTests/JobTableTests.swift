import Glibc
import JobClient
import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("Jobs for people")
struct JobTableTests {
    @Test("a job is a line: where it stands, when, how long, how it ended, and what it is")
    func table() {
        let jobs = [
            SampleJobs.ended(.exited(code: 3), id: 7, command: ["make", "all"]),
            SampleJobs.waiting(id: 8, due: SampleJobs.now + .seconds(240)),
            SampleJobs.running(id: 9),
            SampleJobs.waiting(id: 10, command: ["/bin/sh", "-c", "echo hi | wc"]),
        ]
        #expect(
            JobTable(jobs, now: SampleJobs.now, user: "ann").lines() == [
                "ID  STATE      QUEUE    WHEN     TIME  CODE  NAME/COMMAND",
                "7   failed     default  1m ago   30s   3     make all",
                "8   scheduled  default  in 4m                true",
                "9   running    default  10s ago  10s         sleep 60",
                "10  ready      default  2m ago               echo hi | wc",
            ])
    }

    @Test("jobs that wait say for what kind of thing, and one that is to end that it is stopping")
    func waiting() {
        let jobs = [
            SampleJobs.standing(.blocked(notBefore: SampleJobs.now + .seconds(60)), id: 1),
            SampleJobs.standing(.held(notBefore: SampleJobs.now + .seconds(60)), id: 2),
            SampleJobs.standing(.ready(since: SampleJobs.now, lacks: .named("gpu")), id: 3),
            SampleJobs.running(id: 4, isStopping: true),
            SampleJobs.standing(.failed(.dependency(JobID(rawValue: 1))), id: 5),
            SampleJobs.standing(.failed(.expired), id: 6), SampleJobs.standing(.failed(.poison), id: 7),
        ]
        #expect(
            JobTable(jobs, now: SampleJobs.now, user: "ann").lines() == [
                "ID  STATE     QUEUE    WHEN     TIME  CODE        NAME/COMMAND",
                "1   blocked   default  2m ago                     true",
                "2   held      default  2m ago                     true",
                "3   ready     default  2m ago                     true",
                "4   stopping  default  10s ago  10s               sleep 60",
                "5   failed    default  1m ago         dependency  true",
                "6   failed    default  1m ago         expired     true",
                "7   failed    default  1m ago         poison      true",
            ])
        #expect(JobExit(jobs[4]) == JobExit(jobs[4]))
        #expect(JobExit(jobs[4]).code == 125)
        #expect(JobExit.sentence(of: jobs[4]) == "job 5 failed: job 1 did not end as it must for this one")
    }

    @Test("how long a job ran is what was measured, whatever the clock was set to meanwhile")
    func clockWasSet() {
        let cost = Cost(userTime: .zero, systemTime: .zero, wallTime: .seconds(2))
        let job = SampleJobs.ended(.exited(code: 0), cost: cost)
        #expect(
            JobTable([job], now: SampleJobs.now, user: "ann").lines() == [
                "ID  STATE      QUEUE    WHEN    TIME  CODE  NAME/COMMAND",
                "7   succeeded  default  1m ago  2.0s  0     true",
            ])
    }

    @Test("attempts are counted where a job has had more than one")
    func tries() {
        let jobs = [
            SampleJobs.ended(.exited(code: 1), id: 7, attempts: 3), SampleJobs.waiting(id: 8),
        ]
        #expect(
            JobTable(jobs, now: SampleJobs.now, user: "ann").lines() == [
                "ID  STATE   QUEUE    TRY  WHEN    TIME  CODE  NAME/COMMAND",
                "7   failed  default  3    1m ago  30s   1     true",
                "8   ready   default       2m ago              true",
            ])
    }

    @Test("columns that say nothing are left out")
    func optionalColumns() {
        let plain = SampleJobs.ended(.exited(code: 0))
        let special = SampleJobs.ended(.exited(code: 0), id: 8, name: "a\u{1B}b", priority: 5, user: "bob")
        #expect(
            JobTable([plain, special], now: SampleJobs.now, user: "ann").lines() == [
                "ID  STATE      QUEUE    PRIO  USER  WHEN    TIME  CODE  NAME/COMMAND",
                "7   succeeded  default  0     ann   1m ago  30s   0     true",
                "8   succeeded  default  5     bob   1m ago  30s   0     a\\eb",
            ])
    }

    @Test(
        "how a job ended has a word, an exit code and a sentence",
        arguments: [
            (Outcome.exited(code: 0), "0", 0, "job 7 succeeded"),
            (.exited(code: 3), "3", 3, "job 7 failed: exit code 3"),
            (.signalled(9), "SIGKILL", 137, "job 7 failed: signal SIGKILL"),
            (.signalled(40), "SIG40", 168, "job 7 failed: signal SIG40"),
            (.timedOut, "timeout", 124, "job 7 failed: timeout"),
            (.cancelled, "", 125, "job 7 was cancelled"),
            (.lost, "lost", 125, "job 7 failed: lost"),
            (.interrupted, "interrupted", 125, "job 7 failed: interrupted"),
            (
                .couldNotStart(step: .execute, errno: ENOENT), "not started", 127,
                "job 7 failed: could not start: execute the program: No such file or directory"
            ),
            (
                .couldNotStart(step: .execute, errno: EACCES), "not started", 126,
                "job 7 failed: could not start: execute the program: Permission denied"
            ),
            (
                .couldNotStart(step: .directory, errno: ENOENT), "not started", 125,
                "job 7 failed: could not start: enter the working directory: No such file or directory"
            ),
        ] as [(Outcome, String, Int32, String)])
    func outcomes(_ outcome: Outcome, _ word: String, _ code: Int32, _ sentence: String) {
        let job = SampleJobs.ended(outcome)
        #expect(JobTable.code(job) == word)
        #expect(JobExit(job).code == code)
        #expect(JobExit.sentence(of: job) == sentence)
        // The code says it all where the program itself chose it.
        #expect((JobExit(job).sentence == nil) == (job.exitCode != nil))
    }

    @Test("everything of a job is there to be read")
    func description() {
        let cost = Cost(userTime: .milliseconds(1200), systemTime: .milliseconds(40), maxResident: 3_565_158)
        let job = SampleJobs.ended(.exited(code: 3), command: ["make", "it all"], name: "n\u{1B}", cost: cost)
        #expect(
            JobDescription(job, now: SampleJobs.now).lines == [
                "job:        7",
                "state:      failed (exit code 3)",
                "exit code:  3",
                "name:       n\\e",
                "queue:      default",
                "priority:   0",
                "user:       ann",
                "command:    make 'it all'",
                "directory:  the user's home directory",
                "submitted:  2027-01-15T07:58:00Z (2m ago)",
                "started:    2027-01-15T07:58:30Z (1m ago)",
                "ended:      2027-01-15T07:59:00Z (1m ago)",
                "attempt 1:  exit code 3; 30s on host; 1.2s user, 40ms system; 3.4 MiB resident at most",
            ])
    }

    @Test("what was said of a job, what it waits for and its life are there to be read")
    func policy() throws {
        let spec = JobSpec(
            command: Command(arguments: ["make"]), start: .at(SampleJobs.now + .seconds(240)), expires: .seconds(600),
            timeout: .seconds(60),
            retry: RetryRequest(
                retries: 3, backoff: .seconds(5), exitCodes: [1, 75], successCodes: [0, 3], onInterrupt: .requeue),
            isHeld: true, key: UniqueKey("nightly", onConflict: .replace), slots: 2, needs: ["gpu": 1],
            limits: ["api": 2, "db": 1])
        let details = JobDetails(
            dependencies: [
                Dependency(on: JobID(rawValue: 3), condition: .succeeded),
                Dependency(on: JobID(rawValue: 5), condition: .succeeded),
                Dependency(on: JobID(rawValue: 4), condition: .failed),
            ],
            history: [
                Transition(at: SampleJobs.ago(120), by: .user(1), cause: .submitted, state: .held),
                Transition(at: SampleJobs.ago(60), by: .user(2), cause: .changed(.edited("queue")), state: .held),
                Transition(at: SampleJobs.ago(30), by: .user(2), cause: .changed(.released), state: .blocked),
            ], user: { $0 == 1 ? "ann" : "bob" })
        let job = SampleJobs.standing(
            .blocked(notBefore: SampleJobs.now + .seconds(240)), spec: spec, openDependencies: 2, details: details)
        #expect(
            JobDescription(job, now: SampleJobs.now).lines == [
                "job:          8",
                "state:        blocked",
                "queue:        default",
                "priority:     0",
                "user:         ann",
                "command:      make",
                "directory:    the user's home directory",
                "not before:   2027-01-15T08:04:00Z",
                "may wait:     10min",
                "timeout:      1min",
                "retries:      3, backoff 5s, on exit codes 1, 75",
                "success:      exit codes 0, 3",
                "interrupted:  requeue",
                "key:          nightly (replace)",
                "slots:        2",
                "needs:        gpu=1",
                "limits:       api=2, db=1",
                "waits for:    jobs 3, 5 to succeed",
                "              job 4 to fail",
                "              2 of 3 have not ended",
                "submitted:    2027-01-15T07:58:00Z (2m ago)",
                "due:          2027-01-15T08:04:00Z (in 4m)",
                "expires:      2027-01-15T08:08:00Z (in 8m)",
                "history:      2027-01-15T07:58:00Z  held     submitted by ann",
                "              2027-01-15T07:59:00Z  held     edited by bob: queue",
                "              2027-01-15T07:59:30Z  blocked  released by bob",
            ])
    }

    @Test("sizes are for people", arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (1 << 30, "1.0 GiB")])
    func sizes(_ bytes: Int64, _ text: String) {
        #expect(CostText.size(bytes) == text)
    }

    @Test("JSON is one document: an object for one job, an array for several")
    func json() {
        let jobs = [SampleJobs.running(id: 1).json, SampleJobs.running(id: 2).json]
        #expect(JSONText.oneOrMany([jobs[0]], isOne: true).hasPrefix("{\"id\":1,"))
        let array = JSONText.oneOrMany(jobs, isOne: false).split(separator: "\n")
        #expect(array.count == 4)
        #expect(array[1].hasSuffix("},") && array[2].hasPrefix("{\"id\":2,"))
        #expect(JSONText.oneOrMany([], isOne: false) == "[]")
    }
}
