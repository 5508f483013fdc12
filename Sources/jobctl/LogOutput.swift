import JobClient
import Kernel
import Threading

/// Writes what jobs printed to where they printed it: their stdout to ours, their stderr to ours.
///
/// Any thread may print; what one call prints stays together.
final class LogOutput: Sendable {
    private let format: LogFormat
    private let state: Monitor<LogLayout>

    init(_ format: LogFormat = .exact) {
        self.format = format
        // Where both streams show on one terminal, a line that is begun on one is in the way of the other.
        let isShared = StandardStream.output.isTerminal && StandardStream.error.isTerminal
        state = Monitor(LogLayout(format, sharesLines: isShared))
    }

    /// Writes lines of a job.
    func print(_ lines: [JobClient.LogLine], _ label: LogLabel? = nil) throws {
        try state.withLock { layout throws in
            try Self.write(layout.pieces(lines, label))
        }
    }

    /// Says something to the person, between the lines.
    func say(_ sentence: String) throws {
        try state.withLock { layout throws in
            try Self.write(layout.finish())
            StandardStream.say(sentence)
        }
    }

    /// Ends lines that were begun, where lines are more than bytes.
    func finish() throws {
        try state.withLock { layout throws in try Self.write(layout.finish()) }
    }

    private static func write(_ pieces: [LogLayout.Piece]) throws(SystemError) {
        for piece in pieces { try (piece.stream == .stdout ? StandardStream.output : .error).write(piece.bytes) }
    }
}
