import Jobs
import Kernel

/// The pipes into which a unit writes, and what has come from them.
struct UnitOutput: ~Copyable {
    private let output: Descriptor
    private let errors: Descriptor
    private var recorder: OutputRecorder
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    private var openStreams: Set<OutputStream> = [.stdout, .stderr]
    /// Whether anything was written.
    private(set) var hasBytes = false

    /// The pipes before the unit has them.
    struct Pipes: ~Copyable {
        let output: Pipe
        let errors: Pipe

        init() throws(SystemError) {
            let output = try Self.pipe()
            let errors = try Self.pipe()
            self.output = output
            self.errors = errors
        }

        private static func pipe() throws(SystemError) -> Pipe {
            let pipe = try Pipe()
            try pipe.reading.setNonBlocking()
            return pipe
        }
    }

    /// Closes the ends that the unit writes to: it has its own now.
    init(_ pipes: consuming Pipes, recorder: consuming OutputRecorder) {
        output = pipes.output.takeReading()
        errors = pipes.errors.takeReading()
        self.recorder = recorder
    }

    /// What to poll for reading; `nil` after the stream's end.
    func descriptor(of stream: OutputStream) -> Int32? {
        guard openStreams.contains(stream) else { return nil }
        return stream == .stdout ? output.rawValue : errors.rawValue
    }

    /// Takes what is there now, as much as one read gives.
    ///
    /// - Returns: how many bytes that were.
    @discardableResult
    mutating func take(_ stream: OutputStream) -> Int {
        let count: Int?
        do {
            count = try stream == .stdout ? output.read(into: &buffer) : errors.read(into: &buffer)
        } catch {
            // An error ends the reading just as the end does: what was read is recorded.
            count = 0
        }
        guard let count else { return 0 }
        guard count > 0 else {
            openStreams.remove(stream)
            return 0
        }
        hasBytes = true
        recorder.record(buffer[..<count], from: stream)
        return count
    }

    /// The most that a pipe holds, unless root made it larger (pipe(7), pipe-max-size).
    private static let largestPipe = 1 << 20

    /// Takes what is still in the pipes: nobody of the unit writes any more.
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
