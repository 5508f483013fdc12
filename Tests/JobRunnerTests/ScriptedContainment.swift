import JobRunner
import Jobs
import Kernel
import Threading

/// Another containment, with answers of its own for what this machine's kernel does not count or refuse.
final class ScriptedContainment: Containment {
    private let base: any Containment
    private let usage: TreeUsage?
    /// Taken one after the other; then the base answers.
    private let failures: Monitor<[Int32]>
    /// The trees that were asked for.
    private let tries = Monitor(0)

    init(_ base: any Containment, usage: TreeUsage? = nil, failures: [Int32] = []) {
        self.base = base
        self.usage = usage
        self.failures = Monitor(failures)
    }

    var tryCount: Int { tries.withLock { $0 } }

    func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        tries.withLock { $0 += 1 }
        if let code = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            throw SystemError(call: "a scripted tree", code: code)
        }
        return Tree(try base.makeTree(for: attempt), usage: usage)
    }

    func sweep(
        until deadline: BootTime, sparing spared: [AttemptID: DetachedTree]
    ) throws(SystemError) -> Bool { try base.sweep(until: deadline, sparing: spared) }
    func close() { base.close() }
    var summary: String { base.summary }
    var limitNames: [ResourceLimits.Name] { base.limitNames }

    private final class Tree: ProcessTree {
        private let base: any ProcessTree
        private let made: TreeUsage?

        init(_ base: any ProcessTree, usage: TreeUsage?) {
            self.base = base
            made = usage
        }

        var cgroup: Cgroup? { base.cgroup }
        var joinsCgroup: Bool { base.joinsCgroup }
        func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) { try base.begin(start) }
        func limit(to limits: ResourceLimits) throws(SystemError) { try base.limit(to: limits) }
        func signal(_ signal: Int32) { base.signal(signal) }
        func freeze() throws(SystemError) { try base.freeze() }
        func thaw() throws(SystemError) { try base.thaw() }
        func killAll(until deadline: BootTime) -> Bool { base.killAll(until: deadline) }
        func survivors() throws(SystemError) -> [Int32] { try base.survivors() }
        func usage() -> TreeUsage? { made ?? base.usage() }
        func end() { base.end() }
    }
}
