import Glibc
import Jobs
import Kernel

/// A started command: its process and its output.
struct RunningCommand: ~Copyable {
    /// When its program ran.
    let start: Start
    private let process: ProcessHandle
    private var output: AttemptOutput
    private var poller = Poller()

    struct Start {
        let time: BootTime
        let wallClock: Timestamp

        /// It runs at this moment.
        init() {
            time = .now
            wallClock = .now
        }

        init(time: BootTime, wallClock: Timestamp) {
            self.time = time
            self.wallClock = wallClock
        }
    }

    enum Event {
        /// The process has ended, and its exit record waits.
        case ended
        /// Somebody woke us, the deadline passed, or there was output: look what is to be done.
        case other
    }

    private enum Slot {
        static let process = 0
        static let wake = 1
        /// And the other streams after it, in the order of `OutputStream.allCases`.
        static let firstStream = 2
    }

    init(
        _ spawn: ProcessSpawn, input: borrowing Descriptor, tree: any ProcessTree, recorder: consuming OutputRecorder
    ) throws(StartFailure) {
        let pipes = try AttemptOutput.Pipes()
        let birthplace = try Self.birthplace(tree)
        let cgroup: Int32? =
            switch birthplace {
            case .some(let directory): directory.rawValue
            case .none: nil
            }
        var started: ProcessHandle?
        try tree.begin { () throws(StartFailure) in
            let process = try spawn.start(
                standardInput: input, standardOutput: pipes.output.writing.rawValue,
                standardError: pipes.errors.writing.rawValue, cgroup: cgroup, joinsCgroup: tree.joinsCgroup)
            let processID = process.processID
            started = consume process
            return processID
        }
        guard let process = started.take() else { throw StartFailure(step: .clone, errno: ESRCH) }
        start = Start()
        self.process = process
        output = AttemptOutput(pipes, recorder: recorder)
    }

    /// Goes on with one that was let go of.
    init(_ detached: DetachedAttempt, recorder: consuming OutputRecorder) {
        start = Start(time: detached.started, wallClock: detached.startedWallClock)
        process = ProcessHandle(processID: detached.processID, owning: Descriptor(owning: detached.process))
        output = AttemptOutput(detached.output, recorder: recorder)
    }

    /// Lets go of it, for another one to go on.
    consuming func detach(tree: DetachedTree, supervision: DetachedSupervision) -> DetachedAttempt {
        let processID = process.processID
        return DetachedAttempt(
            processID: processID, process: process.release(), tree: tree, started: start.time,
            startedWallClock: start.wallClock, output: output.detach(), supervision: supervision)
    }

    private static func birthplace(_ tree: any ProcessTree) throws(StartFailure) -> Descriptor? {
        do {
            return try tree.cgroup?.open()
        } catch {
            throw StartFailure(step: .cgroup, errno: error.code)
        }
    }

    /// Sleeps until the process ends, prints, somebody wakes us, or the deadline passes; takes what was printed.
    mutating func waitForEvent(until deadline: BootTime?, wake: borrowing WakeSignal) -> Event {
        if poller.isEmpty {
            poller.add(process.rawValue, for: .reading)
            poller.add(wake.rawValue, for: .reading)
            for stream in OutputStream.allCases { poller.add(output.descriptor(of: stream) ?? -1, for: .reading) }
        }
        defer { output.flush() }
        do {
            guard try poller.wait(until: output.deadline(or: deadline)) else { return .other }
        } catch {
            // poll fails here only if a descriptor is not what we made it: nothing more can be seen.
            return .ended
        }
        if poller.isReady(at: Slot.wake) { wake.clear() }
        for (index, stream) in OutputStream.allCases.enumerated() where poller.isReady(at: Slot.firstStream + index) {
            output.take(stream)
            if output.descriptor(of: stream) == nil { poller.ignore(at: Slot.firstStream + index) }
        }
        return poller.isReady(at: Slot.process) ? .ended : .other
    }

    /// How the process ended; `nil` when the kernel would not say.
    ///
    /// It is asked only when the whole tree is gone: until then the record keeps the process's number from being given
    /// to another.
    func exit() -> ProcessExit? { try? process.wait() }

    /// Takes what is still in the pipes, and ends the record: nobody of the attempt writes any more.
    mutating func recordRest() {
        output.takeRest()
        output.finish()
    }
}
