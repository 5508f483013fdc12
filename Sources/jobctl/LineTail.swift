import JobClient

/// The last lines of what goes by.
struct LineTail {
    private let count: Int
    private var kept: [JobClient.LogLine] = []
    private var ended = 0

    init(_ count: Int) {
        self.count = count
    }

    mutating func append(_ line: JobClient.LogLine) {
        kept.append(line)
        if line.isComplete { ended += 1 }
        // Cut now and then rather than each time, so that it costs the same however many are kept.
        if kept.count > 2 * count + 1024 { trim() }
    }

    /// Whether lines went by that are not kept, so that all of those that are, are whole.
    var isFull: Bool { ended > count }

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
