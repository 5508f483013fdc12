import Jobs

/// Reads the lines of an output file.
struct OutputParser {
    private struct Tag {
        let bytes: [UInt8]
        let stream: OutputStream
        let isComplete: Bool
    }

    private static let tags = OutputStream.allCases.flatMap { stream in
        [true, false].map { isComplete in
            Tag(bytes: OutputLine.tag(stream, isComplete: isComplete), stream: stream, isComplete: isComplete)
        }
    }

    /// Lines that came from the program at once have one time, which then need not be read again.
    private var lastStamp: ArraySlice<UInt8>?
    private var lastTime = Timestamp(nanoseconds: 0)

    /// Reads a line, without its newline; one that is not ours is shown as it is rather than hidden.
    mutating func line(_ bytes: ArraySlice<UInt8>) -> OutputLine {
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), let time = time(bytes[..<space]),
            let tag = Self.tags.first(where: { bytes[space...].starts(with: $0.bytes) })
        else { return OutputLine(time: lastTime, stream: .stderr, isComplete: true, text: Array(bytes)) }
        let text = bytes[(space + tag.bytes.count)...]
        return OutputLine(time: time, stream: tag.stream, isComplete: tag.isComplete, text: Array(text))
    }

    private mutating func time(_ stamp: ArraySlice<UInt8>) -> Timestamp? {
        if let lastStamp, stamp.elementsEqual(lastStamp) { return lastTime }
        guard let time = Timestamp(String(decoding: stamp, as: UTF8.self)) else { return nil }
        (lastStamp, lastTime) = (stamp, time)
        return time
    }
}
