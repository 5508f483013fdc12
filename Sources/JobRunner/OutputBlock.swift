import Jobs

/// Lines in the format of the output file, on their way into it.
///
/// A line costs no allocation, unless the observer wants to see it.
struct OutputBlock: ~Copyable {
    private(set) var bytes: [UInt8] = []
    /// The lines that the observer wants to see.
    private(set) var lines: [OutputLine] = []
    /// How many lines there are beside those.
    private(set) var linesLeftOut = 0
    private var time = Timestamp(nanoseconds: 0)
    private var stamp: [UInt8] = []
    private var linesWanted = 0
    /// What stands between stamp and text: by the place of the stream, of parts and of whole lines.
    private let tags = OutputStream.allCases.map { stream in
        (part: OutputLine.tag(stream, isComplete: false), whole: OutputLine.tag(stream, isComplete: true))
    }

    /// Bytes after which it should be written: enough that the call costs little beside them.
    private static let fullSize = 32 * 1024

    /// Bytes for which it keeps the room from one time to the next.
    private static let keptSize = 4 * 1024

    var isEmpty: Bool { bytes.isEmpty }
    var isFull: Bool { bytes.count >= Self.fullSize }

    /// Begins to take lines of that time.
    ///
    /// - Parameter size: how many bytes the program wrote.
    mutating func begin(at time: Timestamp, expecting size: Int, linesWanted: Int) {
        self.time = time
        stamp = time.rfc3339
        self.linesWanted = linesWanted
        bytes.reserveCapacity(min(2 * size, Self.fullSize + Limits.outputLineLength))
    }

    /// Adds a line of two pieces.
    ///
    /// - Returns: its size in the file; `nil`, and nothing is added, where that is more than `bound`.
    mutating func add(
        _ first: [UInt8], _ second: ArraySlice<UInt8>, complete: Bool, _ stream: OutputStream, atMost bound: Int64
    ) -> Int? {
        let tag = complete ? tags[stream.place].whole : tags[stream.place].part
        let size = stamp.count + tag.count + first.count + second.count + 1
        guard Int64(size) <= bound else { return nil }
        bytes += stamp
        bytes += tag
        if !first.isEmpty { bytes += first }
        bytes += second
        bytes.append(UInt8(ascii: "\n"))
        if linesWanted > 0 {
            linesWanted -= 1
            lines.append(OutputLine(time: time, stream: stream, isComplete: complete, text: first + second))
        } else {
            linesLeftOut += 1
        }
        return size
    }

    /// Forgets the lines, to take more of the same time.
    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        lines = []
        linesLeftOut = 0
    }

    /// Lets go of the room that a flood needed.
    mutating func end() {
        if bytes.capacity > Self.keptSize { bytes = [] }
    }
}
