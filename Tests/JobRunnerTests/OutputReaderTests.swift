import Glibc
import Jobs
import Kernel
import Testing

@testable import JobRunner

/// How an attempt's file is read in parts, from its begin and from its end.
struct OutputReaderTests {
    private let folder: TemporaryFolder
    private let files: OutputFiles
    private static let attempt = AttemptID(job: JobID(rawValue: 1), number: 1)
    private static let head = "2026-11-22T09:51:00.000000000Z stdout F "

    init() throws {
        folder = try TemporaryFolder()
        files = OutputFiles(folder: folder.file("output"))
    }

    private func write(_ text: String) throws {
        try files.create(for: Self.attempt).write(all: Array(text.utf8))
    }

    private func texts(from offset: Int64) throws -> [String] {
        try files.part(of: Self.attempt, from: offset).lines.map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test("an offset that counts from the end begins with the first whole line after it")
    func fromTheEnd() throws {
        let line = Int64(Self.head.utf8.count + 2)
        try write("\(Self.head)a\n\(Self.head)b\n\(Self.head)c\n")
        #expect(try texts(from: -1) == [])
        #expect(try texts(from: -line + 1) == [])
        #expect(try texts(from: -line) == ["c"])
        #expect(try texts(from: -line - 1) == ["c"])
        #expect(try texts(from: -2 * line) == ["b", "c"])
        #expect(try texts(from: -3 * line) == ["a", "b", "c"])
        #expect(try texts(from: -1_000_000) == ["a", "b", "c"])
        #expect(try texts(from: .min) == ["a", "b", "c"])
        for offset in [-1, -line, Int64.min] {
            #expect(try files.part(of: Self.attempt, from: offset).next == 3 * line)
        }
    }

    @Test("of an attempt that printed nothing there is nothing, from either end", arguments: [-5, 0, 5] as [Int64])
    func nothing(offset: Int64) throws {
        let part = try files.part(of: Self.attempt, from: offset)
        #expect(part.lines.isEmpty && part.isEnd && part.next == max(0, offset))
    }

    @Test("a line that is being written is left out at the end, too")
    func torn() throws {
        try write("\(Self.head)a\n\(Self.head)to")
        #expect(try texts(from: -1) == [])
        #expect(try texts(from: -1_000) == ["a"])
        #expect(try files.part(of: Self.attempt, from: -1).next == Int64(Self.head.utf8.count + 2))
    }

    @Test("streams, tags and times are read, and what is not ours is shown as it is")
    func lines() throws {
        try write(
            """
            2026-11-22T09:51:00.000000001Z stdout F a b
            2026-11-22T09:51:00.000000001Z stderr P \u{20}
            2026-11-22T09:51:00.000000002Z stderr F\u{20}
            2026-11-22T09:51:00.000000002Z stdin F x
            2026-11-32T09:51:00.000000002Z stdout F y
            foreign
            \n
            """)
        let lines = try files.part(of: Self.attempt, from: 0).lines
        #expect(
            lines.map { String(decoding: $0.text, as: UTF8.self) } == [
                "a b", " ", "", "2026-11-22T09:51:00.000000002Z stdin F x", "2026-11-32T09:51:00.000000002Z stdout F y",
                "foreign", "",
            ])
        #expect(lines.map(\.stream) == [.stdout, .stderr, .stderr, .stderr, .stderr, .stderr, .stderr])
        #expect(lines.map(\.isComplete) == [true, false, true, true, true, true, true])
        #expect(lines.prefix(3).map { $0.time.nanoseconds % 10 } == [1, 1, 2])
    }
}
