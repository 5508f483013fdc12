import Jobs
import Kernel

/// The reading ends of the pipes into which an attempt writes, and what has come from them.
struct AttemptOutput: ~Copyable {
    private let output: Descriptor
    private let errors: Descriptor
    private var recorder: OutputRecorder
    private var openStreams: Set<OutputStream> = [.stdout, .stderr]
    /// Whether anything was written.
    private(set) var hasBytes = false

    /// The pipes before the attempt has them.
    struct Pipes: ~Copyable {
        let output: Pipe
        let errors: Pipe

        init() throws(StartFailure) {
            do throws(SystemError) {
                let output = try Pipe.forOutput()
                let errors = try Pipe.forOutput()
                self.output = output
                self.errors = errors
            } catch {
                throw StartFailure(step: .output, errno: error.code)
            }
        }
    }

    /// Closes the ends that the attempt writes to: it has its own now.
    init(_ pipes: consuming Pipes, recorder: consuming OutputRecorder) {
        output = pipes.output.takeReading()
        errors = pipes.errors.takeReading()
        self.recorder = recorder
    }

    /// Goes on with the pipes of a detached attempt.
    init(_ detached: DetachedOutput, recorder: consuming OutputRecorder) {
        output = Descriptor(owning: detached.stdout)
        errors = Descriptor(owning: detached.stderr)
        openStreams = detached.openStreams
        hasBytes = detached.hasBytes
        self.recorder = recorder
    }

    /// Lets go of the pipes, for another one to go on.
    consuming func detach() -> DetachedOutput {
        recorder.detached(
            stdout: output.release(), stderr: errors.release(), openStreams: openStreams, hasBytes: hasBytes)
    }

    /// What to poll for reading; `nil` after the stream's end.
    func descriptor(of stream: OutputStream) -> Int32? {
        guard openStreams.contains(stream) else { return nil }
        return stream == .stdout ? output.rawValue : errors.rawValue
    }

    /// The earlier of a deadline and of the time when an unfinished line is to be shown.
    func deadline(or deadline: BootTime?) -> BootTime? {
        let due = recorder.deadline
        return deadline.map { min($0, due ?? $0) } ?? due
    }

    /// Shows an unfinished line whose time has come.
    mutating func flush() { recorder.flush(now: .now) }

    /// What a pipe holds: room for it is there only while something is read, since a thousand attempts may run.
    private static let pieceSize = 64 * 1024

    /// Takes what is there now, as much as one read gives.
    ///
    /// - Returns: how many bytes that were.
    @discardableResult
    mutating func take(_ stream: OutputStream) -> Int {
        let bytes: [UInt8]?
        do {
            bytes = try stream == .stdout ? output.read(upTo: Self.pieceSize) : errors.read(upTo: Self.pieceSize)
        } catch {
            // An error ends the reading just as the end does: what was read is recorded.
            bytes = []
        }
        guard let bytes else { return 0 }
        guard !bytes.isEmpty else {
            openStreams.remove(stream)
            return 0
        }
        hasBytes = true
        recorder.record(bytes[...], from: stream)
        return bytes.count
    }

    /// The most that a pipe holds, unless root made it larger (pipe(7), pipe-max-size).
    private static let largestPipe = 1 << 20

    /// Takes what is still in the pipes: nobody of the attempt writes any more, and what somebody else may write is not
    /// waited for.
    mutating func takeRest() {
        for stream in OutputStream.allCases {
            var left = Self.largestPipe
            while left > 0, openStreams.contains(stream) {
                let count = take(stream)
                guard count > 0 else { break }
                left -= count
            }
        }
    }

    /// Writes a line of jobd's own after what came from the program.
    mutating func note(_ text: String) { recorder.note(text) }

    /// Nothing more comes.
    mutating func finish() { recorder.finish() }
}

extension OutputRecorder {
    /// Writes a line of jobd's own.
    mutating func note(_ text: String) { record(Array("[jobd: \(text)]\n".utf8)[...], from: .stderr) }
}
