import Testing

@testable import JobRunner

@Suite("Reading lines of an output file")
struct OutputParserTests {
    @Test("a line without a time is shown as it is, wherever reading begins")
    func lineWithoutTime() {
        let line = Array(" stderr F west".utf8)
        var fresh = OutputParser()
        #expect(fresh.line(line[...]).text == line)
        var later = OutputParser()
        _ = later.line(Array("2026-11-22T09:51:00.123456789Z stdout F east".utf8)[...])
        #expect(later.line(line[...]).text == line)
    }
}
