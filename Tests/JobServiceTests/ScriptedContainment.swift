import JobRunner
import Jobs
import Kernel
import Threading

/// Answers a sweep as the test says, when the test says.
final class ScriptedContainment: Containment {
    enum Answer: Sendable { case empty, survivors, error(Int32) }

    private let sweeps = Monitor(0)
    private let answer: Answer
    /// Set when a sweep has begun.
    let begun = Event()
    /// A sweep answers when this is set.
    let mayAnswer = Event()

    init(_ answer: Answer = .empty, held: Bool = false) {
        self.answer = answer
        if !held { mayAnswer.set() }
    }

    var sweepCount: Int { sweeps.withLock { $0 } }

    var summary: String { "a script" }

    func close() {}

    func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        throw SystemError(call: "a scripted runner needs no tree", code: 38)
    }

    func sweep(until deadline: BootTime, sparing: [AttemptID: DetachedTree]) throws(SystemError) -> Bool {
        sweeps.withLock { $0 += 1 }
        begun.set()
        mayAnswer.wait(until: .after(ServiceHarness.patience))
        switch answer {
        case .empty: return true
        case .survivors: return false
        case .error(let code): throw SystemError(call: "sweep", code: code)
        }
    }
}
