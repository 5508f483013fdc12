import JobProtocol
import Jobs
import Testing

@testable import JobClient
@testable import jobctl

@Suite("What of a log is read")
struct LogSourceTests {
    /// An attempt's output as the daemon gives it: lines of 100 bytes in parts of 10 lines.
    private final class Output {
        private static let lineSize = 100
        private static let linesPerPart = 10

        let lines: [LogLine]
        /// What comes while it is followed.
        var later: [LogLine] = []
        private(set) var opened: [Int] = []

        init(_ lines: [LogLine]) { self.lines = lines }

        func open(_ attempt: Int?, _ offset: Int, _ follow: Bool) -> LogSource.Parts {
            opened.append(offset)
            let end = lines.count * Self.lineSize
            let begin = offset < 0 ? max(0, end + offset) : offset
            var place = (begin + Self.lineSize - 1) / Self.lineSize
            let all = follow ? lines + later : lines
            var isAtEnd = false
            return {
                guard !isAtEnd else { return nil }
                let part = all[min(place, all.count)..<min(place + Self.linesPerPart, all.count)]
                place += part.count
                isAtEnd = place >= all.count
                let answer = LogsCall.Answer(
                    attempt: 3, lines: Array(part), next: place * Self.lineSize, isEnd: isAtEnd)
                return try JobClient.LogPart(answer.parameters)
            }
        }
    }

    private static func line(_ number: Int, complete: Bool = true) -> LogLine {
        LogLine(
            time: Timestamp(nanoseconds: Int64(number) * 1_000_000_000).description,
            stream: number.isMultiple(of: 2) ? "stdout" : "stderr", text: Array("\(number)".utf8), isComplete: complete)
    }

    private func time(_ number: Int) -> Timestamp { Timestamp(nanoseconds: Int64(number) * 1_000_000_000) }

    private func read(_ output: Output, _ query: LogQuery) throws -> [Int] {
        var texts: [Int] = []
        try LogSource(query, open: output.open).read { lines in
            texts += lines.compactMap { Int(String(decoding: $0.text, as: UTF8.self)) }
        }
        return texts
    }

    @Test("without a wish it is everything, read once")
    func everything() throws {
        let output = Output((0..<95).map { Self.line($0) })
        #expect(try read(output, LogQuery()) == Array(0..<95))
        #expect(output.opened == [0])
    }

    @Test(
        "the last lines are looked for at the end, in ever larger windows",
        arguments: [0, 1, 7, 600, 655, 656, 5_000, 30_000])
    func last(count: Int) throws {
        let output = Output((0..<20_000).map { Self.line($0) })
        #expect(try read(output, LogQuery(last: count)) == Array((0..<20_000).suffix(count)))
        // 64 KiB are 655 of these lines, and of one more nobody knows whether it is whole.
        if count < 655 { #expect(output.opened == [-1, -65_536]) }
        if count == 5_000 { #expect(output.opened == [-1, -65_536, -524_288]) }
        if count == 30_000 { #expect(output.opened == [-1, -65_536, -524_288, 0]) }
    }

    @Test("the last lines of one stream may be far back")
    func lastOfStream() throws {
        let output = Output((0..<2_000).map { Self.line($0 < 10 ? $0 : $0 * 2) })
        #expect(try read(output, LogQuery(last: 2, stream: .stderr)) == [7, 9])
        #expect(try read(output, LogQuery(last: 2, stream: .stdout)) == [3996, 3998])
    }

    @Test("what came since a time is found from the end", arguments: [0, 1, 5, 19_000, 19_400, 19_999, 20_000])
    func since(begin: Int) throws {
        let output = Output((0..<20_000).map { Self.line($0) })
        #expect(try read(output, LogQuery(since: time(begin))) == Array(begin..<20_000))
        if begin > 19_400 { #expect(output.opened == [-1, -65_536]) }
    }

    @Test("a time and a number together are both met, and an end ends the reading")
    func together() throws {
        let output = Output((0..<2_000).map { Self.line($0) })
        #expect(try read(output, LogQuery(last: 3, since: time(1_998))) == [1_998, 1_999])
        #expect(try read(output, LogQuery(last: 3, since: time(5))) == [1_997, 1_998, 1_999])
        #expect(try read(output, LogQuery(last: 3, until: time(100))) == [98, 99, 100])
        #expect(try read(output, LogQuery(since: time(1_500), until: time(1_502))) == [1_500, 1_501, 1_502])
        #expect(try read(output, LogQuery(until: time(2), stream: .stdout)) == [0, 2])
    }

    @Test("following goes on where the last lines ended")
    func follow() throws {
        let output = Output((0..<1_000).map { Self.line($0) })
        output.later = (1_000..<1_025).map { Self.line($0) }
        #expect(try read(output, LogQuery(last: 2, follow: true)) == Array(998..<1_025))
        #expect(try read(output, LogQuery(last: 0, follow: true)) == Array(1_000..<1_025))
        #expect(try read(output, LogQuery(since: time(997), follow: true)) == Array(997..<1_025))
        #expect(try read(output, LogQuery(since: time(1_020), follow: true)) == Array(1_020..<1_025))
        #expect(try read(output, LogQuery(last: 1, stream: .stderr, follow: true)).first == 999)
    }

    @Test("of a job that has not printed there is nothing, until it does")
    func nothing() throws {
        let output = Output([])
        #expect(try read(output, LogQuery(last: 5)) == [])
        output.later = [Self.line(1)]
        #expect(try read(output, LogQuery(last: 5, follow: true)) == [1])
        #expect(try read(output, LogQuery(since: time(0), follow: true)) == [1])
    }
}
