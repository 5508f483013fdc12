import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Scripts that run while the test does something else.
extension RunnerHarness {
    /// Starts a script and waits until it has printed each of these lines.
    func start(
        _ script: String, seeing lines: [String] = ["ready"], timeout: Duration? = nil,
        killSignal: SignalNumber = .terminate, killAfter: Duration = .seconds(20)
    ) throws -> StartedAttempt {
        let order = order(["/bin/sh", "-c", script], timeout: timeout, killSignal: killSignal, killAfter: killAfter)
        let attempt = try StartedAttempt(order, on: runner)
        for line in lines {
            try #require(observer.sees(line, until: .after(RunnerHarness.patience)), "no line \(line)")
        }
        return attempt
    }

    /// Nothing of its jobs lives, and once the runner has tidied up the cgroups that it keeps are as new.
    func expectNothingLeft() throws {
        #expect(try processes() == [])
        for home in try Cgroup.all(named: "jobd-\(store)") { #expect(try !home.isPopulated()) }
        runner.tidy()
        for group in try Cgroup.all(named: "jobd-\(store)").flatMap({ try $0.children() }) {
            #expect(try group.children() == [])
            #expect(try !group.isFrozen())
        }
    }
}
