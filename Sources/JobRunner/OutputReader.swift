import Glibc
package import Jobs
package import Kernel

/// A part of what an attempt printed.
package struct OutputPart: Sendable, Hashable {
    package let lines: [OutputLine]
    /// Where the next part begins, in bytes of the file.
    package let next: Int64
    /// Whether that is the end of the file at this moment.
    package let isEnd: Bool
}

extension OutputFiles {
    /// Bytes of a part, about: it ends with a whole line.
    private static let partSize = 256 * 1024

    /// Reads a part of an attempt's output, whole lines only.
    ///
    /// - Parameter offset: where to begin, in bytes of the file; below 0 it counts from the end, and the first line is
    ///   the first that begins there or later.
    package func part(of attempt: AttemptID, from offset: Int64) throws(SystemError) -> OutputPart {
        guard let file = try open(attempt) else { return OutputPart(lines: [], next: max(0, offset), isEnd: true) }
        guard offset < 0 else { return try part(of: file, from: offset, firstLineFrom: offset) }
        let size = try systemCall("lseek") { lseek(file.rawValue, 0, SEEK_END) }
        let (begin, overflow) = Int64(size).addingReportingOverflow(offset)
        guard begin > 0, !overflow else { return try part(of: file, from: 0, firstLineFrom: 0) }
        // Read from so far before that the begin of the line that is there is seen, too.
        return try part(of: file, from: max(0, begin - Self.longestLine), firstLineFrom: begin)
    }

    /// With its time, its tag and its end.
    private static let longestLine = Int64(Limits.outputLineLength) + 64

    /// - Parameters:
    ///   - offset: where a line begins, or far before `begin`.
    ///   - begin: the first line is the first that begins there or later.
    private func part(
        of file: borrowing Descriptor, from offset: Int64, firstLineFrom begin: Int64
    ) throws(SystemError) -> OutputPart {
        let bytes = try Self.read(file, from: offset)
        let newline = UInt8(ascii: "\n")
        // A line without its end is being written, or was torn by a crash.
        let end = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
        var first = Int(begin - offset)
        if first > 0 {
            // Where the byte before ends a line, a line begins there.
            first = bytes[min(first - 1, end)..<end].firstIndex(of: newline).map { $0 + 1 } ?? end
        }
        let lines = bytes[first..<end].split(separator: newline, omittingEmptySubsequences: false).dropLast()
        var parser = OutputParser()
        return OutputPart(
            lines: lines.map { parser.line($0) }, next: offset + Int64(end), isEnd: bytes.count < Self.partSize)
    }

    /// Reads as much as a part may have; less only at the end of the file.
    ///
    /// The room for it is not zeroed first: most files are far shorter.
    private static func read(_ file: borrowing Descriptor, from offset: Int64) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: partSize) { buffer, count in
            do throws(SystemError) {
                while count < partSize {
                    let got = try systemCall("pread") {
                        unsafe pread(
                            file.rawValue, buffer.baseAddress?.advanced(by: count), partSize - count,
                            Int(offset) + count)
                    }
                    guard got > 0 else { break }
                    count += got
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
