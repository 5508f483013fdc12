import JobClient
import Testing

@testable import jobctl

@Suite("What add says")
struct SubmitTextTests {
    private func sentence(
        _ state: JobClient.State, ahead: Int = 0, existing: JobClient.Submitted.Existing? = nil, delay: Duration? = nil,
        at: String? = nil, mode: JobOptions.Mode = .exact
    ) -> String {
        var request = JobRequest(command: ["true"])
        request.delay = delay
        request.at = at
        let job = JobClient.Submitted(id: 42, queue: "build", state: state, existing: existing, ahead: ahead)
        return SubmitText.sentence(job, request: request, mode: mode, now: SampleJobs.now)
    }

    @Test("where the job stands, and how the command was understood")
    func sentences() {
        #expect(sentence(.running) == "job 42 is running in queue build (exact command)")
        #expect(sentence(.ready) == "job 42 waits in queue build, next to run (exact command)")
        #expect(
            sentence(.ready, ahead: 3, mode: .shell("a | b"))
                == "job 42 waits in queue build, 3 ahead of it (shell: a | b)")
        #expect(
            sentence(.scheduled, delay: .seconds(90)) == "job 42 will be due in 90s in queue build (exact command)")
        #expect(
            sentence(.scheduled, at: "2027-01-15T09:04:00+01:00")
                == "job 42 will be due in 4m in queue build (exact command)")
        #expect(sentence(.blocked) == "job 42 waits for other jobs in queue build (exact command)")
        #expect(
            sentence(.held)
                == "job 42 is held in queue build: \"jobctl release 42\" lets it start (exact command)")
    }

    @Test("a repeat says that the job was there")
    func repeats() {
        #expect(
            sentence(.ready, existing: .token)
                == "job 42 waits in queue build (exact command, made before with this token)")
        #expect(
            sentence(.failed, existing: .token)
                == "job 42 has failed in queue build (exact command, made before with this token)")
    }

    @Test("a job that was recognised by its key says so")
    func sameKey() {
        #expect(
            sentence(.running, existing: .key)
                == "job 42 is running in queue build (exact command, made before with this key)")
    }

    @Test("whoever submits to a paused queue is warned")
    func paused() {
        func warning(_ state: JobClient.State, isPaused: Bool) -> String? {
            SubmitText.warnings(
                JobClient.Submitted(id: 42, queue: "build", state: state, isQueuePaused: isPaused)
            ).first
        }
        #expect(
            warning(.ready, isPaused: true)
                == "queue build is paused: job 42 does not start before an administrator's \"jobctl queue resume build\""
        )
        #expect(warning(.ready, isPaused: false) == nil)
        let job = JobClient.Submitted(id: 42, queue: "build", state: .ready, isQueuePaused: true)
        #expect(
            SubmitText.sentence(job, request: JobRequest(command: ["true"]), mode: .exact)
                == "job 42 waits in queue build, which is paused (exact command)")
        #expect(warning(.running, isPaused: true) == nil)
        #expect(warning(.succeeded, isPaused: true) == nil)
    }

    @Test("text for the shell is shown on one line, and not at any length")
    func shellText() {
        let text = sentence(.running, mode: .shell("a\n" + String(repeating: "b", count: 100)))
        #expect(text.hasPrefix("job 42 is running in queue build (shell: a\\nbbb"))
        #expect(text.hasSuffix("b…)"))
    }
}
