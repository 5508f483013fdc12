import Glibc
import Jobs
import Kernel
import Testing
import Threading

@testable import JobRunner

/// How what a program writes becomes lines of its attempt's file, and how little of it is held.
struct OutputRecorderTests {
    private let folder: TemporaryFolder
    private let files: OutputFiles
    private let observer = CountingObserver()

    init() throws {
        folder = try TemporaryFolder()
        files = OutputFiles(folder: folder.file("output"))
    }

    private func recorder(outputLimit: Int64 = 64 << 20) -> OutputRecorder {
        OutputRecorder(Self.order(outputLimit), files: files, observer: observer)
    }

    private static func order(_ outputLimit: Int64) -> AttemptOrder {
        AttemptOrder(
            id: attempt, command: Command(arguments: ["true"], directory: "/"), name: nil, queue: .default,
            submitter: Submitter(user: 0, group: 0), timeout: nil, killAfter: .seconds(1), outputLimit: outputLimit)
    }

    private static let attempt = AttemptID(job: JobID(rawValue: 1), number: 1)

    /// The lines of the file as `stdout F text`.
    private func lines() throws -> [String] {
        try files.part(of: Self.attempt, from: 0).lines.map(Self.summary)
    }

    private static func summary(_ line: OutputLine) -> String {
        "\(line.stream.rawValue) \(line.isComplete ? "F" : "P") \(String(decoding: line.text, as: UTF8.self))"
    }

    /// The macro cannot look into what cannot be copied.
    private func expect(_ deadline: BootTime?, _ expected: BootTime?) { #expect(deadline == expected) }

    private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test(
        "lines are the same however they are cut into pieces",
        arguments: [
            (["a\nb\n"], ["stdout F a", "stdout F b"]), (["a", "\nb", "\n"], ["stdout F a", "stdout F b"]),
            (["\n\n", "\n"], ["stdout F ", "stdout F ", "stdout F "]),
            (["a\r\n\0b"], ["stdout F a\r", "stdout P \0b"]),
            (["a", "b", "c"], ["stdout P abc"]), ([], []),
        ])
    func pieces(writesAndLines: (writes: [String], lines: [String])) throws {
        var recorder = recorder()
        for write in writesAndLines.writes { recorder.record(bytes(write), from: .stdout) }
        recorder.finish()
        #expect(try lines() == writesAndLines.lines)
        #expect(observer.lines.map(Self.summary) == writesAndLines.lines)
        #expect(observer.ends == 1)
    }

    @Test("a line of any length is parts of the longest, whatever the pieces", arguments: [1, 1000, 16_384, 65_536])
    func longLine(piece: Int) throws {
        var recorder = recorder()
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 50_000) + [UInt8(ascii: "\n")]
        for begin in stride(from: 0, to: text.count, by: piece) {
            recorder.record(text[begin..<min(begin + piece, text.count)], from: .stderr)
        }
        recorder.finish()
        let lines = try files.part(of: Self.attempt, from: 0).lines
        #expect(lines.map(\.text.count) == [16_384, 16_384, 16_384, 848])
        #expect(lines.map(\.isComplete) == [false, false, false, true])
    }

    @Test("a begun line is shown as a part when it has waited for its end, and its rest follows")
    func begunLine() throws {
        var recorder = recorder()
        expect(recorder.deadline, nil)
        recorder.record(bytes("done\nPassword: "), from: .stdout)
        let shown = recorder.deadline
        let due = try #require(shown)
        recorder.flush(now: BootTime(nanoseconds: due.nanoseconds - 1))
        #expect(try lines() == ["stdout F done"])
        recorder.flush(now: due)
        #expect(try lines() == ["stdout F done", "stdout P Password: "])
        expect(recorder.deadline, nil)
        recorder.record(bytes("\n"), from: .stdout)
        expect(recorder.deadline, nil)
        recorder.finish()
        #expect(try lines() == ["stdout F done", "stdout P Password: ", "stdout F "])
    }

    @Test("more of a begun line does not put off when it is shown, and each stream has its own time")
    func dribble() throws {
        var recorder = recorder()
        recorder.record(bytes("1%"), from: .stdout)
        let shown = recorder.deadline
        let due = try #require(shown)
        recorder.record(bytes(" 2%"), from: .stdout)
        recorder.record(bytes("warning"), from: .stderr)
        expect(recorder.deadline, due)
        recorder.flush(now: due)
        #expect(try lines() == ["stdout P 1% 2%"])
        let shownLater = recorder.deadline
        let later = try #require(shownLater)
        #expect(later > due)
        recorder.flush(now: later)
        #expect(try lines() == ["stdout P 1% 2%", "stderr P warning"])
    }

    @Test("past the limit there is one line about it, and nothing more is looked at")
    func limit() throws {
        var recorder = recorder(outputLimit: 100)
        for number in 0..<1000 { recorder.record(bytes("line \(number)\nbegun"), from: .stdout) }
        expect(recorder.deadline, nil)
        recorder.finish()
        let lines = try lines()
        #expect(lines.count == 3)
        #expect(lines.first == "stdout F line 0")
        #expect(lines.last?.contains("limit of 100 bytes") == true)
        #expect(observer.lines.map(Self.summary) == lines)
    }

    @Test("of a flood the observer sees the lines that it wants, and is told how many more there are")
    func flood() throws {
        observer.want(3)
        var recorder = recorder()
        recorder.record(bytes(String(repeating: "y\n", count: 32_768)), from: .stdout)
        recorder.record(bytes("z\n"), from: .stdout)
        recorder.finish()
        #expect(observer.lines.map(Self.summary) == ["stdout F y", "stdout F y", "stdout F y"])
        #expect(observer.more == 32_766)
        var offset: Int64 = 0
        var count = 0
        while true {
            let part = try files.part(of: Self.attempt, from: offset)
            count += part.lines.count
            offset = part.next
            guard !part.isEnd else { break }
        }
        #expect(count == 32_769)
    }

    @Test("on a disk that is nearly full one line says that output is not kept, and the observer is told once")
    func nearlyFull() throws {
        let files = OutputFiles(folder: folder.file("output"), keepFree: .max)
        let observer = RecordingObserver()
        var recorder = OutputRecorder(Self.order(64 << 20), files: files, observer: observer)
        for _ in 0..<3 { recorder.record(bytes("much\n"), from: .stdout) }
        recorder.finish()
        #expect(
            try lines() == [
                "stderr F [jobd: the disk is nearly full; what follows is not kept until there is room]"
            ])
        #expect(observer.lost.map(\.code) == [ENOSPC])
        #expect(observer.lines.isEmpty)
    }
}

/// Keeps the lines that it wants, and counts the others.
private final class CountingObserver: OutputObserver {
    private struct Seen {
        var wanted = Int.max
        var lines: [OutputLine] = []
        var more = 0
        var ends = 0
    }

    private let seen = Monitor(Seen())

    var lines: [OutputLine] { seen.withLock { $0.lines } }
    var more: Int { seen.withLock { $0.more } }
    var ends: Int { seen.withLock { $0.ends } }

    func want(_ count: Int) { seen.withLock { $0.wanted = count } }

    func linesWanted(of order: AttemptOrder) -> Int { seen.withLock { $0.wanted - $0.lines.count } }
    func attempt(_ order: AttemptOrder, printed lines: [OutputLine]) { seen.withLock { $0.lines += lines } }
    func attempt(_ order: AttemptOrder, printedMore count: Int) { seen.withLock { $0.more += count } }
    func outputEnded(of order: AttemptOrder) { seen.withLock { $0.ends += 1 } }
    func attempt(_ order: AttemptOrder, lostOutput error: SystemError) { Issue.record("\(error)") }
    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32]) {}
}
