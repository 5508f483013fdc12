import Jobs
import Kernel
import Testing
import Threading

@testable import JobRunner

/// What a program shows while it waits.
@Suite(.serialized)
struct OutputPromptTests {
    @Test("a prompt is seen while the program waits for an answer", arguments: Keeping.available)
    func prompt(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let gate = try harness.makeGate()
        let order = harness.order(["/bin/sh", "-c", "printf 'Sure? '; read line < gate; echo yes"])
        let attempt = try StartedAttempt(order, on: harness.runner)
        try #require(harness.observer.sees("Sure? ", until: .after(RunnerHarness.patience)))
        try gate.write(all: Array("go\n".utf8))
        _ = try attempt.end()
        #expect(try harness.lines().map(\.summary) == ["stdout P Sure? ", "stdout F yes"])
    }
}
