import JobClient

/// The wanted part of one job's output, read with as little of the rest as that takes.
struct LogSource {
    /// Gives the next part, or nil after the last.
    typealias Parts = () throws -> JobClient.LogPart?

    let query: LogQuery
    /// Begins to read an attempt, or the last one, at an offset.
    private let open: (_ attempt: Int?, _ offset: Int, _ follow: Bool) -> Parts

    /// The bytes at the end of the output that are looked at first; then so many times as many.
    private static let firstWindow = 64 * 1024
    private static let windowGrowth = 8

    init(of id: Int64, _ query: LogQuery, from client: JobClient) {
        self.init(query) { attempt, offset, follow in
            let logs = client.logs(
                of: id, attempt: attempt, offset: offset, follow: follow, onlyAttempt: query.attempt != nil)
            return { try logs.next() }
        }
    }

    init(_ query: LogQuery, open: @escaping (_ attempt: Int?, _ offset: Int, _ follow: Bool) -> Parts) {
        self.query = query
        self.open = open
    }

    /// Hands over the lines, some at a time.
    func read(_ take: ([JobClient.LogLine]) throws -> Void) throws {
        guard query.last != nil || query.hasBegin else { return try pass(all(from: 0, attempt: query.attempt), take) }
        // Asked for no more than the last byte, the answer says how much there is.
        let end = try position(after: open(query.attempt, -1, false))
        guard let attempt = end.attempt else { return try pass(all(from: 0, attempt: query.attempt), take) }
        if let last = query.last {
            try readLast(last, of: attempt, end.offset, take)
        } else {
            try readSince(of: attempt, end.offset, take)
        }
    }

    /// Looks back in ever larger windows until one has the lines.
    private func readLast(
        _ count: Int, of attempt: Int, _ size: Int, _ take: ([JobClient.LogLine]) throws -> Void
    ) throws {
        var window = Self.firstWindow
        while true {
            var tail = LineTail(count)
            var reachesBegin = window >= size
            let logs = open(attempt, reachesBegin ? 0 : -window, false)
            let position = try position(after: logs) { lines in
                if let first = lines.first, query.isBeforeBegin(first) { reachesBegin = true }
                for line in query.wanted(lines) { tail.append(line) }
            }
            if reachesBegin || tail.isFull {
                try take(tail.lines)
                if query.follow { try pass(all(from: position.offset, attempt: attempt), take) }
                return
            }
            window = window.multipliedReportingOverflow(by: Self.windowGrowth).partialValue
        }
    }

    private func readSince(of attempt: Int, _ size: Int, _ take: ([JobClient.LogLine]) throws -> Void) throws {
        var window = Self.firstWindow
        while window < size {
            let logs = all(from: -window, attempt: attempt)
            if let part = try logs(), let first = part.lines.first, query.isBeforeBegin(first) {
                try take(query.wanted(part.lines))
                return try pass(logs, take)
            }
            window = window.multipliedReportingOverflow(by: Self.windowGrowth).partialValue
        }
        try pass(all(from: 0, attempt: attempt), take)
    }

    private func all(from offset: Int, attempt: Int?) -> Parts { open(attempt, offset, query.follow) }

    private func pass(_ logs: Parts, _ take: ([JobClient.LogLine]) throws -> Void) throws {
        while let part = try logs() {
            try take(query.wanted(part.lines))
            if let last = part.lines.last, query.isAfterEnd(last) { return }
        }
    }

    private func position(
        after logs: Parts, _ take: ([JobClient.LogLine]) throws -> Void = { _ in }
    ) throws -> LogPosition {
        var position = LogPosition()
        while let part = try logs() {
            try take(part.lines)
            position = LogPosition(part)
        }
        return position
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
