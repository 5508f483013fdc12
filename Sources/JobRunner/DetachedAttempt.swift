package import Jobs
package import Kernel

/// A started attempt that its worker has let go of in the middle of its life: all that the next one goes on with.
///
/// The next one is a thread of this daemon, or of the program that it becomes by execve(2). Descriptors are plain
/// numbers: they stay open, and belong to whoever goes on.
package struct DetachedAttempt: Sendable {
    /// The first process, and its pidfd; of a unit 0, and the connection for the sake of which systemd keeps it loaded.
    package var processID: Int32
    package var process: Int32
    package var tree: DetachedTree
    /// When its program ran.
    package var started: BootTime
    package var startedWallClock: Timestamp
    package var output: DetachedOutput
    package var supervision: DetachedSupervision

    package init(
        processID: Int32, process: Int32, tree: DetachedTree, started: BootTime, startedWallClock: Timestamp,
        output: DetachedOutput, supervision: DetachedSupervision
    ) {
        self.processID = processID
        self.process = process
        self.tree = tree
        self.started = started
        self.startedWallClock = startedWallClock
        self.output = output
        self.supervision = supervision
    }

    /// What must stay open.
    package var descriptors: [Int32] { [process, output.stdout, output.stderr] }
}
