import JobClient

/// Where lines of output go and what stands before them.
///
/// A line may come in parts. As long as its parts follow each other they go on one line; where another line comes in
/// between, that one gets a line of its own, and the next part a new one.
struct LogLayout {
    /// Bytes for one of our streams.
    struct Piece: Equatable {
        let stream: JobClient.LogLine.Stream
        var bytes: [UInt8]
    }

    /// Whose line it is.
    private struct Source: Hashable {
        let job: LogLabel?
        let stream: JobClient.LogLine.Stream
    }

    private let format: LogFormat
    private let sharesLines: Bool
    /// The lines that are begun on our streams; on one where both are the same.
    private var begun: [JobClient.LogLine.Stream: Source] = [:]

    /// - Parameter sharesLines: whether both streams are shown in one place.
    init(_ format: LogFormat, sharesLines: Bool) {
        self.format = format
        self.sharesLines = sharesLines
    }

    /// What to write for these lines; neighbours of one stream are one piece.
    mutating func pieces(_ lines: [JobClient.LogLine], _ label: LogLabel?) -> [Piece] {
        var pieces: [Piece] = []
        for line in lines {
            let bytes = bytes(of: line, label)
            if pieces.last?.stream == line.stream {
                pieces[pieces.count - 1].bytes += bytes
            } else {
                pieces.append(Piece(stream: line.stream, bytes: bytes))
            }
        }
        return pieces
    }

    /// What ends the lines that are begun.
    mutating func finish() -> [Piece] {
        let streams = JobClient.LogLine.Stream.allCases.filter { begun[$0] != nil }
        begun = [:]
        return streams.map { Piece(stream: $0, bytes: [UInt8(ascii: "\n")]) }
    }

    private mutating func bytes(of line: JobClient.LogLine, _ label: LogLabel?) -> [UInt8] {
        let end = line.isComplete ? [UInt8(ascii: "\n")] : []
        // Nothing but the bytes: then lines are as the jobs made them.
        guard label != nil || format.hasTimestamps else { return format.text(line) + end }
        let place = sharesLines ? .stdout : line.stream
        let source = Source(job: label, stream: line.stream)
        let other = begun[place]
        begun[place] = line.isComplete ? nil : source
        if other == source { return format.text(line) + end }
        return (other == nil ? [] : [UInt8(ascii: "\n")]) + format.head(line, label) + format.text(line) + end
    }
}
