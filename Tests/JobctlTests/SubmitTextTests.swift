import JobClient
import Testing

@testable import jobctl

@Suite("What add says")
struct SubmitTextTests {
    private func sentence(
        _ state: JobClient.State, ahead: Int = 0, isRepeat: Bool = false, delay: Duration? = nil,
        mode: JobOptions.Mode = .exact
    ) -> String {
        var request = JobRequest(command: ["true"])
        request.delay = delay
        let job = JobClient.Submitted(id: 42, queue: "build", state: state, isRepeat: isRepeat, ahead: ahead)
        return SubmitText.sentence(job, request: request, mode: mode)
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
    }

    @Test("a repeat says that the job was there")
    func repeats() {
        #expect(
            sentence(.ready, isRepeat: true)
                == "job 42 waits in queue build (exact command, made before with this token)")
        #expect(
            sentence(.failed, isRepeat: true)
                == "job 42 has failed in queue build (exact command, made before with this token)")
    }

    @Test("text for the shell is shown on one line, and not at any length")
    func shellText() {
        let text = sentence(.running, mode: .shell("a\n" + String(repeating: "b", count: 100)))
        #expect(text.hasPrefix("job 42 is running in queue build (shell: a\\nbbb"))
        #expect(text.hasSuffix("b…)"))
    }
}
