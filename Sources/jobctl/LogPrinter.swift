import JobClient
import Kernel

/// Writes what a job printed to where it printed it: its stdout to ours, its stderr to ours, byte for byte.
struct LogPrinter {
    private let logs: JobClient.Logs

    init(_ logs: JobClient.Logs) {
        self.logs = logs
    }

    /// Writes all that comes.
    ///
    /// - Returns: where a later look can go on.
    @discardableResult
    func printAll() throws -> LogPosition {
        var position = LogPosition()
        while let part = try logs.next() {
            try Self.print(part.lines)
            position = LogPosition(part)
        }
        return position
    }

    /// Writes the last lines only.
    func printLast(_ count: Int) throws -> LogPosition {
        var position = LogPosition()
        var tail = LineTail(count)
        while let part = try logs.next() {
            for line in part.lines { tail.append(line) }
            position = LogPosition(part)
        }
        try Self.print(tail.lines)
        return position
    }

    /// Neighbours of one stream go out in one piece.
    private static func print(_ lines: [JobClient.LogLine]) throws(SystemError) {
        var rest = lines[...]
        while let first = rest.first {
            let run = rest.prefix { $0.stream == first.stream }
            let stream = first.stream == .stdout ? StandardStream.output : .error
            try stream.write(run.flatMap(\.bytes))
            rest = rest.dropFirst(run.count)
        }
    }
}

/// How far an attempt's output was read.
struct LogPosition {
    /// `nil` when the job had not begun.
    var attempt: Int?
    var offset = 0

    init() {}

    init(_ part: JobClient.LogPart) {
        attempt = part.attempt > 0 ? part.attempt : nil
        offset = part.next
    }
}

/// The last lines of what goes by.
struct LineTail {
    private let count: Int
    private var kept: [JobClient.LogLine] = []

    init(_ count: Int) {
        self.count = count
    }

    mutating func append(_ line: JobClient.LogLine) {
        kept.append(line)
        // Cut now and then rather than each time, so that it costs the same however many are kept.
        if kept.count > 2 * count + 1024 { trim() }
    }

    var lines: [JobClient.LogLine] {
        var copy = self
        copy.trim()
        return copy.kept
    }

    /// Keeps the last `count` lines, each with all its parts: those of the two streams may be mixed.
    private mutating func trim() {
        var lines = 0
        var isKept: [JobClient.LogLine.Stream: Bool] = [:]
        var result: [JobClient.LogLine] = []
        for line in kept.reversed() {
            // Seen from its end a line begins with its complete part, or with the very last part of its stream.
            if line.isComplete || isKept[line.stream] == nil {
                isKept[line.stream] = lines < count
                lines += 1
            }
            if isKept[line.stream] == true { result.append(line) }
        }
        kept = result.reversed()
    }
}
