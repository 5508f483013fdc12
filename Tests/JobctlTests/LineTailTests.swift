import JobClient
import JobProtocol
import Testing
import Varlink

@testable import jobctl

@Suite("The last lines")
struct LineTailTests {
    private func line(_ text: String, _ stream: JobClient.LogLine.Stream = .stdout, complete: Bool = true)
        -> JobClient.LogLine
    {
        JobClient.LogLine(time: "", stream: stream, text: Array(text.utf8), isComplete: complete)
    }

    private func tail(_ count: Int, _ lines: [JobClient.LogLine]) -> [String] {
        var tail = LineTail(count)
        for line in lines { tail.append(line) }
        return tail.lines.map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test("so many lines are kept, and no more")
    func count() {
        let lines = (1...5000).map { line("\($0)") }
        #expect(tail(2, lines) == ["4999", "5000"])
        #expect(tail(0, lines) == [])
        #expect(tail(9000, lines).count == 5000)
    }

    @Test("a line that came in parts is one line, and one that was never ended counts")
    func parts() {
        let lines = [line("a"), line("b1", complete: false), line("b2"), line("c", complete: false)]
        #expect(tail(1, lines) == ["c"])
        #expect(tail(2, lines) == ["b1", "b2", "c"])
        #expect(tail(3, lines) == ["a", "b1", "b2", "c"])
    }

    @Test("parts belong to lines of their own stream")
    func streams() {
        let lines = [
            line("x", .stderr), line("a1", complete: false), line("y", .stderr), line("a2"),
        ]
        #expect(tail(2, lines) == ["a1", "y", "a2"])
        #expect(tail(3, lines) == ["x", "a1", "y", "a2"])
        let mixed = [line("a1", complete: false), line("x", .stderr), line("y", .stderr), line("a2")]
        #expect(tail(1, mixed) == ["a1", "a2"])
    }
}
