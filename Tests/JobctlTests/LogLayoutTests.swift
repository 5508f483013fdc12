import JobClient
import Testing

@testable import jobctl

@Suite("Lines of output")
struct LogLayoutTests {
    private typealias Line = JobClient.LogLine

    private static let exact = LogFormat.exact
    private static let stamped = LogFormat(hasTimestamps: true, isRaw: [.stdout: true, .stderr: true])
    private static let safe = LogFormat(hasTimestamps: false, isRaw: [:])

    private func line(_ text: String, _ stream: Line.Stream = .stdout, complete: Bool = true) -> Line {
        Line(time: "T", stream: stream, text: Array(text.utf8), isComplete: complete)
    }

    private func part(_ text: String, _ stream: Line.Stream = .stdout) -> Line { line(text, stream, complete: false) }

    /// What is written, with the stream's first letters before what goes to it: `out:a\n`.
    private func written(
        _ prints: [(Line, Int64?)], _ format: LogFormat, sharesLines: Bool = true
    ) -> [String] {
        var layout = LogLayout(format, sharesLines: sharesLines)
        var pieces: [LogLayout.Piece] = []
        for (line, job) in prints {
            pieces += layout.pieces([line], job.map { LogLabel(id: $0, text: "\($0) | ") })
        }
        pieces += layout.finish()
        return pieces.map { "\($0.stream.rawValue.dropFirst(3)):\(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    @Test("of one job every byte is as it was, and nothing is added")
    func exactBytes() {
        let lines = [line("a\u{1B}[1m"), part("b"), line("x", .stderr), line("c"), part("\r10%")]
        #expect(
            written(lines.map { ($0, nil) }, Self.exact) == [
                "out:a\u{1B}[1m\n", "out:b", "err:x\n", "out:c\n", "out:\r10%",
            ])
    }

    @Test("neighbours of one stream are one piece")
    func neighbours() {
        var layout = LogLayout(.exact, sharesLines: true)
        let pieces = layout.pieces([line("a"), line("b"), line("x", .stderr), part("c")], nil)
        #expect(pieces.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a\nb\n", "x\n", "c"])
        #expect(pieces.map(\.stream) == [.stdout, .stderr, .stdout])
    }

    @Test("lines of several jobs begin with whose they are, parts that follow each other go on")
    func labels() {
        #expect(
            written([(line("a"), 1), (line("b"), 2), (part("c"), 1), (part("d"), 1), (line("e"), 1)], Self.exact) == [
                "out:1 | a\n", "out:2 | b\n", "out:1 | c", "out:d", "out:e\n",
            ])
    }

    @Test("a line that comes between the parts of another has one of its own")
    func between() {
        #expect(
            written([(part("a"), 1), (line("b"), 2), (line("c"), 1)], Self.exact) == [
                "out:1 | a", "out:\n2 | b\n", "out:1 | c\n",
            ])
        #expect(
            written([(part("a"), 1), (line("x", .stderr), 1), (part("b"), 1)], Self.exact) == [
                "out:1 | a", "err:\n1 | x\n", "out:1 | b", "out:\n",
            ])
    }

    @Test("streams that go to different places have lines of their own")
    func apart() {
        #expect(
            written([(part("a"), 1), (line("x", .stderr), 1), (line("b"), 1)], Self.exact, sharesLines: false) == [
                "out:1 | a", "err:1 | x\n", "out:b\n",
            ])
    }

    @Test("times stand before lines, after the name, and not before the parts that go on")
    func timestamps() {
        #expect(written([(part("a"), nil), (line("b"), nil)], Self.stamped) == ["out:T a", "out:b\n"])
        #expect(written([(line("a"), 7)], Self.stamped) == ["out:7 | T a\n"])
    }

    @Test("for a terminal text cannot do anything, and the line ends of Windows are line ends")
    func safeText() {
        #expect(
            written([(line("a\u{1B}]0;x\u{7}\r"), nil), (part("10%\r"), nil)], Self.safe) == [
                "out:a\\e]0;x\\x07\n", "out:10%\\r",
            ])
    }

    @Test("labels are of one width; a name stands for a job where no other has it")
    func labelTexts() {
        func texts(_ jobs: [(id: Int64, name: String?)], isColoured: Bool = false) -> [String?] {
            let labels = LogLabel.labels(jobs, isColoured: isColoured)
            return jobs.map { labels[$0.id]?.text }
        }
        #expect(texts([(7, nil), (42, "backup"), (1000, nil)]) == ["7      | ", "backup | ", "1000   | "])
        #expect(texts([(1, "same"), (2, "same"), (3, "日本")]) == ["1    | ", "2    | ", "日本 | "])
        #expect(texts([(1, "a\u{1B}[2J"), (2, nil)]) == ["a\\e[2J | ", "2      | "])
        #expect(texts([(1, String(repeating: "x", count: 50)), (2, nil)])[1]?.count == 23)
        #expect(
            texts([(1, nil), (2, nil)], isColoured: true) == ["\u{1B}[36m1 |\u{1B}[0m ", "\u{1B}[33m2 |\u{1B}[0m "])
    }
}
