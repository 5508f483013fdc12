import Glibc
import Jobs

@testable import JobRunner

/// Files with the output of attempts: each whole line comes out once, from the start, from where the last part ended and
/// from so far before the end; each can be written and read again as the same.
///
/// The first eight bytes are an offset to begin at, the rest is the file. A file may hold anything: a crash tears lines,
/// and disks are damaged.
enum OutputTarget {
    private static let attempt = AttemptID(job: JobID(rawValue: 1), number: 1)
    private static let files = OutputFiles(folder: FuzzFolder.path)

    static func check(_ input: [UInt8]) throws(Broken) {
        guard input.count >= 8 else { return }
        let offset = Int64(bitPattern: input[..<8].reduce(0) { $0 << 8 | UInt64($1) })
        let content = Array(input[8...])
        FuzzFolder.write(content, to: files.path(of: attempt))

        let all = try part(from: 0)
        let newlines = content.count { $0 == UInt8(ascii: "\n") }
        try expectEqual(all.lines.count, newlines, "as many lines as newlines")
        try expectEqual(Int(all.next), content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0, "the next part")
        try expect(all.isEnd, "a short file is one part")
        try expectEqual(try part(from: all.next).lines, [], "nothing follows the last line")
        for line in all.lines { try checkWritten(line) }

        let tail = Int64(input[0]) * Int64(content.count) / 256 + 1
        try checkTail(of: content, all, bytes: tail)
        // Wherever it begins, it does not fall over.
        _ = try? files.part(of: attempt, from: offset)
    }

    private static func part(from offset: Int64) throws(Broken) -> OutputPart {
        do {
            return try files.part(of: attempt, from: offset)
        } catch {
            throw Broken(description: "cannot be read from \(offset): \(error)")
        }
    }

    /// The lines of the last bytes are those that begin there.
    private static func checkTail(of content: [UInt8], _ all: OutputPart, bytes: Int64) throws(Broken) {
        let begin = content.count - Int(bytes)
        let before = begin <= 0 ? 0 : content[..<begin].count { $0 == UInt8(ascii: "\n") }
        let isLineBegin = begin <= 0 || content[begin - 1] == UInt8(ascii: "\n")
        let expected = all.lines.dropFirst(isLineBegin ? before : before + 1)
        let lines = try part(from: -bytes).lines
        // The time of a line that is not ours is that of the line before, which a tail need not have seen.
        try expectEqual(lines.map(\.text), expected.map(\.text), "the lines of the last \(bytes) bytes")
    }

    private static func checkWritten(_ line: OutputLine) throws(Broken) {
        var bytes = line.time.rfc3339
        bytes += OutputLine.tag(line.stream, isComplete: line.isComplete)
        bytes += line.text
        var parser = OutputParser()
        try expectEqual(parser.line(bytes[...]), line, "a line reads as it was")
    }
}

/// A folder for files that a target reads; in memory, because disks sync a file that is written anew.
private enum FuzzFolder {
    static let path: String = {
        var template = Array("/dev/shm/jobd-fuzz-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template).flatMap({ String(validatingCString: $0) }), mkdir("\(path)/0", 0o700) == 0
        else { fatalError("mkdtemp: \(errno)") }
        atexit { FuzzFolder.remove() }
        return path
    }()

    static func write(_ content: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, Glibc.write(file, content, content.count) == content.count else {
            fatalError("\(path): \(errno)")
        }
        close(file)
    }

    private static func remove() {
        unlink("\(path)/0/1.1.log")
        rmdir("\(path)/0")
        rmdir(path)
    }
}
