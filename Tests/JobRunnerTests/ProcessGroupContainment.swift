import Glibc
import JobRunner
import Jobs
import Kernel
import Threading

/// A containment that is too weak, as a control: it knows the first process's group only.
struct ProcessGroupContainment: Containment {
    let summary = "process groups"

    func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree { Group() }

    func sweep(until deadline: BootTime, sparing: [AttemptID: DetachedTree]) throws(SystemError) -> Bool { true }

    func close() {}

    private final class Group: ProcessTree {
        private let leader = Monitor<Int32?>(nil)

        var cgroup: Cgroup? { nil }

        func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) {
            let process = try start()
            leader.withLock { $0 = process }
        }

        func signal(_ signal: Int32) {
            if let leader = leader.withLock({ $0 }) { kill(-leader, signal) }
        }

        func freeze() throws(SystemError) { signal(SIGSTOP) }

        func thaw() throws(SystemError) { signal(SIGCONT) }

        func killAll(until deadline: BootTime) -> Bool {
            signal(SIGKILL)
            return true
        }

        func survivors() throws(SystemError) -> [Int32] { [] }

        func end() {}
    }
}
