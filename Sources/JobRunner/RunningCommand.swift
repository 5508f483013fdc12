import Glibc
import Jobs
import Kernel

/// A started command: its process, the reading ends of its outputs, and what has come from them.
struct RunningCommand: ~Copyable {
    /// When its program ran.
    let start: Start
    private let process: ProcessHandle
    private let output: Descriptor
    private let errors: Descriptor
    private var recorder: OutputRecorder
    private var poller = Poller()
    private var openStreams: Set<OutputStream> = [.stdout, .stderr]

    struct Start {
        let time: BootTime
        let wallClock: Timestamp

        /// It runs at this moment.
        init() {
            time = .now
            wallClock = .now
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
        static let output = 2
        static let errors = 3
    }

    init(
        _ spawn: ProcessSpawn, input: borrowing Descriptor, tree: any ProcessTree, recorder: consuming OutputRecorder
    ) throws(StartFailure) {
        let output = try Self.pipe()
        let errors = try Self.pipe()
        let birthplace = try Self.birthplace(tree)
        let cgroup: Int32? =
            switch birthplace {
            case .some(let directory): directory.rawValue
            case .none: nil
            }
        var started: ProcessHandle?
        try tree.begin { () throws(StartFailure) in
            let process = try spawn.start(
                standardInput: input, standardOutput: output.writing.rawValue,
                standardError: errors.writing.rawValue, cgroup: cgroup, joinsCgroup: tree.joinsCgroup)
            let processID = process.processID
            started = consume process
            return processID
        }
        guard let process = started.take() else { throw StartFailure(step: .clone, errno: ESRCH) }
        start = Start()
        self.process = process
        self.output = output.takeReading()
        self.errors = errors.takeReading()
        self.recorder = recorder
    }

    private static func pipe() throws(StartFailure) -> Pipe {
        do {
            return try Pipe.forOutput()
        } catch {
            throw StartFailure(step: .output, errno: error.code)
        }
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
            poller.add(output.rawValue, for: .reading)
            poller.add(errors.rawValue, for: .reading)
        }
        do {
            let due = recorder.deadline
            guard try poller.wait(until: deadline.map { min($0, due ?? $0) } ?? due) else {
                recorder.flush(now: .now)
                return .other
            }
            if poller.isReady(at: Slot.wake) { wake.clear() }
            if poller.isReady(at: Slot.output), try !takeOutput(.stdout) { poller.ignore(at: Slot.output) }
            if poller.isReady(at: Slot.errors), try !takeOutput(.stderr) { poller.ignore(at: Slot.errors) }
            recorder.flush(now: .now)
            guard poller.isReady(at: Slot.process) else { return .other }
            return .ended
        } catch {
            // poll and read fail here only if a descriptor is not what we made it: nothing more can be seen.
            return .ended
        }
    }

    /// How the process ended; `nil` when the kernel would not say.
    ///
    /// It is asked only when the whole tree is gone: until then the record keeps the process's number from being given
    /// to another.
    func exit() -> ProcessExit? { try? process.wait() }

    /// The most that a pipe holds, unless root made it larger (pipe(7), pipe-max-size).
    private static let largestPipe = 1 << 20

    /// Takes what is still in the pipes: nobody of the attempt writes any more, and what somebody else may write is not
    /// waited for.
    mutating func recordRest() {
        for stream in OutputStream.allCases {
            var left = Self.largestPipe
            // An error ends the reading just as the end does: what was read is recorded.
            while left > 0, openStreams.contains(stream), (try? takeOutput(stream)) == true, lastCount > 0 {
                left -= lastCount
            }
        }
        recorder.finish()
    }

    private var lastCount = 0

    /// What a pipe holds: room for it is there only while something is read, since a thousand attempts may run.
    private static let pieceSize = 64 * 1024

    /// Reads once; false at the end of the stream.
    private mutating func takeOutput(_ stream: OutputStream) throws(SystemError) -> Bool {
        let bytes =
            switch stream {
            case .stdout: try output.read(upTo: Self.pieceSize)
            case .stderr: try errors.read(upTo: Self.pieceSize)
            }
        lastCount = bytes?.count ?? 0
        guard let bytes else { return true }
        guard !bytes.isEmpty else {
            openStreams.remove(stream)
            return false
        }
        recorder.record(bytes[...], from: stream)
        return true
    }
}
