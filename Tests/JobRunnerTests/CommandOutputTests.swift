import Glibc
import JobRunner
import Jobs
import Kernel
import SeededRandom
import Testing
import Threading

/// What an attempt prints, in its file and for its observer.
@Suite(.serialized)
struct CommandOutputTests {
    @Test("lines of both streams are in the file, stamped, in their order", arguments: Keeping.available)
    func bothStreams(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let before = Timestamp.now.description
        _ = try harness.run(script: "echo one; echo; echo ' two  words '; echo bad >&2")
        let lines = try harness.lines()
        #expect(
            lines.filter { $0.stream == "stdout" }.map(\.summary) == [
                "stdout F one", "stdout F ", "stdout F  two  words ",
            ])
        #expect(lines.filter { $0.stream == "stderr" }.map(\.summary) == ["stderr F bad"])
        #expect(lines.map(\.time) == lines.map(\.time).sorted())
        #expect(lines.allSatisfy { before <= $0.time && $0.time <= Timestamp.now.description })
    }

    @Test("the order between the streams is kept where the program waits in between", arguments: Keeping.available)
    func orderBetweenStreams(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order([
            "/bin/sh", "-c", "echo first; read line < gate; echo second >&2; read line < gate; echo third",
        ])
        let gate = try harness.makeGate()
        let attempt = try StartedAttempt(order, on: harness.runner)
        for text in ["first", "second"] {
            try #require(harness.observer.sees(text, until: .after(RunnerHarness.patience)))
            try gate.write(all: Array("go\n".utf8))
        }
        _ = try attempt.end()
        #expect(try harness.lines().map(\.summary) == ["stdout F first", "stderr F second", "stdout F third"])
    }

    @Test("a last line without its newline is a part", arguments: Keeping.available)
    func noNewline(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(script: "printf 'whole\\nbegun'; printf torn >&2")
        #expect(try harness.lines().map(\.summary).sorted() == ["stderr P torn", "stdout F whole", "stdout P begun"])
    }

    @Test("a line that comes in pieces is one line", arguments: Keeping.available)
    func pieces(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let gate = try harness.makeGate()
        let order = harness.order(["/bin/sh", "-c", "printf beg; echo mark >&2; read line < gate; echo un"])
        let attempt = try StartedAttempt(order, on: harness.runner)
        try #require(harness.observer.sees("mark", until: .after(RunnerHarness.patience)))
        try gate.write(all: Array("go\n".utf8))
        _ = try attempt.end()
        #expect(try harness.written(to: "stdout") == Array("begun\n".utf8))
        #expect(try harness.lines().filter { $0.stream == "stdout" }.count == 1)
    }

    @Test(
        "a long line is split into parts of the longest length",
        arguments: Keeping.available, [(16_384, [16_384]), (16_385, [16_384, 1]), (40_000, [16_384, 16_384, 7_232])])
    func longLine(keeping: Keeping, sizes: (length: Int, parts: [Int])) throws {
        let harness = try RunnerHarness(keeping)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: sizes.length)
        _ = try harness.folder.write(text + [UInt8(ascii: "\n")], to: "long")
        _ = try harness.run(harness.order(["/bin/cat", "long"]))
        let lines = try harness.lines()
        #expect(lines.map(\.text.count) == sizes.parts)
        #expect(lines.map(\.tag) == sizes.parts.dropLast().map { _ in "P" } + ["F"])
    }

    @Test("each byte comes through as it is", arguments: Keeping.available, [1, 2] as [UInt64])
    func exactBytes(keeping: Keeping, seed: UInt64) throws {
        let harness = try RunnerHarness(keeping)
        var random = SeededRandom(seed: seed)
        // Newlines often, as in text, and each other value.
        let bytes = (0..<70_000).map { _ in UInt8.random(in: .min ... .max, using: &random) % (seed == 1 ? 255 : 32) }
        _ = try harness.folder.write(bytes, to: "bytes")
        _ = try harness.run(script: "cat bytes; cat bytes >&2")
        #expect(try harness.written(to: "stdout") == bytes)
        #expect(try harness.written(to: "stderr") == bytes)
        #expect(try harness.lines().allSatisfy { $0.text.count <= Limits.outputLineLength })
    }

    @Test(
        "past its limit an attempt's output ends with a word about it, and the attempt goes on",
        arguments: Keeping.available)
    func limit(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; touch finished; exit 5"
        #expect(try harness.run(script: script, outputLimit: 1_000).outcome == .exited(code: 5))
        #expect(harness.folder.exists("finished"))
        let lines = try harness.lines()
        let kept = lines.dropLast()
        #expect(kept.map(\.string) == kept.indices.map { "line \($0)" })
        #expect(kept.count > 10)
        #expect(kept.reduce(0) { $0 + $1.time.count + $1.summary.count + 2 } <= 1_000)
        let mark = try #require(lines.last)
        #expect(mark.stream == "stderr" && mark.tag == "F" && mark.string.contains("limit of 1000 bytes"))
    }

    @Test("output that just fits its limit has no word about it", arguments: Keeping.available)
    func justFits(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        // `<30 bytes of time> stdout F abc\n`
        _ = try harness.run(script: "echo abc; echo abc", outputLimit: 2 * 44)
        #expect(try harness.lines().map(\.summary) == ["stdout F abc", "stdout F abc"])
        _ = try harness.run(script: "echo abc; echo abc", outputLimit: 2 * 44 - 1)
        #expect(try harness.lines().map(\.tag) == ["F", "F"])
        #expect(try harness.lines().last?.string.contains("limit") == true)
    }

    @Test("an attempt that prints nothing has no file", arguments: Keeping.available)
    func noFile(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(script: "exit 0")
        #expect(!harness.folder.exists("output"))
        let part = try harness.files.part(of: harness.lastAttempt, from: 0)
        #expect(part.lines.isEmpty && part.next == 0 && part.isEnd)
    }

    @Test("the file is for its owner only", arguments: Keeping.available)
    func permissions(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(script: "echo secret")
        let path = harness.files.path(of: harness.lastAttempt)
        #expect(try FileOwner(of: path).mode == 0o600)
        #expect(try FileOwner(of: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))).mode == 0o700)
    }

    @Test("the observer is told each line that is in the file", arguments: Keeping.available)
    func observed(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(script: "echo a; echo b >&2; printf c")
        let told = harness.observer.lines.map {
            "\($0.stream.rawValue) \($0.isComplete ? "F" : "P") \(String(decoding: $0.text, as: UTF8.self))"
        }
        #expect(told == (try harness.lines().map(\.summary)))
    }

    @Test(
        "where the file cannot be made, the observer is told once and the attempt goes on", arguments: Keeping.available
    )
    func lostOutput(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.folder.write([], to: "output")
        #expect(try harness.run(script: "echo a; echo b; exit 4").outcome == .exited(code: 4))
        #expect(harness.observer.lost.map(\.code) == [ENOTDIR])
        #expect(harness.observer.lines.isEmpty)
    }

    @Test("what a program wrote right before its end is all there", arguments: Keeping.available)
    func allThere(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(script: "head -c 3000000 /dev/zero | tr '\\0' x")
        #expect(try harness.written(to: "stdout").count == 3_000_000)
    }

    @Test("a part of the output goes on where the one before ended")
    func parts() throws {
        let harness = try RunnerHarness(.session)
        let line = [UInt8](repeating: UInt8(ascii: "y"), count: 9_999) + [UInt8(ascii: "\n")]
        _ = try harness.folder.write((0..<80).flatMap { _ in line }, to: "much")
        _ = try harness.run(harness.order(["/bin/cat", "much"]))
        var offset: Int64 = 0
        var texts: [[UInt8]] = []
        var parts = 0
        while true {
            let part = try harness.files.part(of: harness.lastAttempt, from: offset)
            texts += part.lines.map(\.text)
            parts += 1
            guard !part.isEnd else { break }
            try #require(part.next > offset)
            offset = part.next
        }
        #expect(parts > 1)
        #expect(texts.count == 80 && texts.allSatisfy { $0.count == 9_999 })
    }

    @Test("a line that is being written is left for the next part, and a foreign one is shown")
    func tornAndForeign() throws {
        let harness = try RunnerHarness(.session)
        _ = try harness.run(script: "echo whole")
        let path = harness.files.path(of: harness.lastAttempt)
        let file = try Descriptor.open(path, O_WRONLY | O_APPEND)
        try file.write(all: Array("not ours\n2026-11-22T09:51:00.000000000Z stdout F to".utf8))
        let part = try harness.files.part(of: harness.lastAttempt, from: 0)
        #expect(part.lines.map { String(decoding: $0.text, as: UTF8.self) } == ["whole", "not ours"])
        #expect(part.isEnd)
        try file.write(all: Array("rn\n".utf8))
        let rest = try harness.files.part(of: harness.lastAttempt, from: part.next)
        #expect(rest.lines.map { String(decoding: $0.text, as: UTF8.self) } == ["torn"])
    }
}
