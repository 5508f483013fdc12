package import Jobs
package import Kernel
import Glibc

/// A part of what an attempt printed.
package struct OutputPart: Sendable, Hashable {
    package let lines: [OutputLine]
    /// Where the next part begins, in bytes of the file.
    package let next: Int64
    /// Whether that is the end of the file at this moment.
    package let isEnd: Bool
}

extension OutputFiles {
    /// Bytes of a part, about: the last line is read whole.
    private static let partSize = 256 * 1024

    /// Reads a part of an attempt's output from `offset` on, whole lines only.
    package func part(of attempt: AttemptID, from offset: Int64) throws(SystemError) -> OutputPart {
        guard let file = try open(attempt) else { return OutputPart(lines: [], next: offset, isEnd: true) }
        try systemCall("lseek \(path(of: attempt))") { lseek(file.rawValue, Int(offset), SEEK_SET) }
        var buffer = [UInt8](repeating: 0, count: Self.partSize)
        var count = 0
        while count < buffer.count {
            var piece = [UInt8](repeating: 0, count: buffer.count - count)
            guard let read = try file.read(into: &piece), read > 0 else { break }
            buffer.replaceSubrange(count..<(count + read), with: piece[..<read])
            count += read
        }
        // A line without its end is being written, or was torn by a crash.
        let end = buffer[..<count].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lines = buffer[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        return OutputPart(
            lines: lines.map { OutputLine(parsing: $0) ?? Self.foreign($0) }, next: offset + Int64(end),
            isEnd: count < buffer.count)
    }

    /// A line that is not ours is shown as it is rather than hidden.
    private static func foreign(_ bytes: ArraySlice<UInt8>) -> OutputLine {
        OutputLine(time: Timestamp(nanoseconds: 0), stream: .stderr, isComplete: true, text: Array(bytes))
    }
}
