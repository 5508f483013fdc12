import JobClient
import JobProtocol
import Jobs
import Testing
import Varlink

@testable import jobctl

@Suite("What became of jobs")
struct ChangeReportTests {
    @Test("what was done is a sentence that says where the job stands now")
    func done() {
        #expect(ChangeReport.done(.hold, 7, .held) == "job 7 is held: \"jobctl release 7\" lets it start")
        #expect(ChangeReport.done(.release, 7, .ready) == "job 7 is released: it waits for a worker")
        #expect(ChangeReport.done(.release, 7, .scheduled) == "job 7 is released: it waits for its time")
        #expect(ChangeReport.done(.release, 7, .running) == "job 7 is released: it runs")
        #expect(ChangeReport.done(.retry, 7, .blocked) == "job 7 will run once more: it waits for other jobs")
        #expect(ChangeReport.done(.edit, 7, .held) == "job 7 is changed: it is held")
    }

    @Test("what was not done is said with its reason")
    func problems() {
        let refusal = JobClient.Refusal(reason: "ended", sentence: "it has ended: failed", state: .failed)
        #expect(ChangeReport.problem(7, .refused(refusal)) == "job 7: it has ended: failed")
        #expect(ChangeReport.problem(7, .unknown) == "there is no job 7")
        #expect(ChangeReport.problem(7, .done(.ready)) == nil)
    }

    @Test("the exit code says whether all was done")
    func codes() {
        let refused = JobClient.Changed.refused(JobClient.Refusal(reason: "ended", sentence: ""))
        #expect(ChangeReport.exitCode([.done(.ready), .done(.held)]) == 0)
        #expect(ChangeReport.exitCode([.done(.ready), refused]) == 1)
        #expect(ChangeReport.exitCode([refused, .unknown]) == 3)
        #expect(ChangeReport.exitCode([]) == 0)
    }

    @Test("why is the reason, when it is gone by itself, and below it what helps")
    func why() throws {
        let job = Job(
            id: JobID(rawValue: 7), spec: JobSpec(command: Command(arguments: ["x"])),
            submitter: Submitter(user: 1, group: 1), submitted: SampleJobs.now, firstState: .ready,
            state: .scheduled(until: SampleJobs.now + .seconds(240)))
        func lines(_ reason: WaitReason) throws -> [String] {
            let words = WaitReasonWords(reason, of: job) { _ in "a\u{1B}nn" }
            let answer = WhyCall.Answer(id: job.id, state: .scheduled, words: words)
            return WhyText.lines(7, .init(answer), now: SampleJobs.now)
        }
        #expect(
            try lines(.scheduled(until: SampleJobs.now + .seconds(240))) == [
                "job 7 (scheduled): it may not start before 2027-01-15T08:04:00Z (in 4m)",
                "    \"jobctl edit 7 --now\" lets it start at once",
            ])
        #expect(try lines(.next) == ["job 7 (scheduled): nothing keeps it: it starts next"])
        #expect(
            try lines(.held(by: .user(1), since: SampleJobs.now))[0]
                == "job 7 (scheduled): a\\enn holds it since 2027-01-15T08:00:00Z")
    }
}
