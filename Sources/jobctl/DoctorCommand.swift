import ArgumentParser
import JobClient
import JobProtocol

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what jobs have here, and what they lack.",
        discussion: """
            EXIT CODE
              1 when something does not work. What is only lacking does not count.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print it as a JSON array.")
    var json = false

    func run() throws {
        let findings = try connection.client.examine()
        if json {
            try StandardStream.output.write(line: JSONText.array(findings.map(\.json)))
        } else {
            try StandardStream.output.write(lines: Self.lines(findings))
        }
        if findings.contains(where: { $0.verdict == .bad }) { throw Failure(ExitStatus.no) }
    }

    static func lines(_ findings: [ExamineCall.Finding]) -> [String] {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.flatMap { finding in
            let padding = String(repeating: " ", count: width - finding.subject.count)
            let head = "\(mark(finding.verdict))  \(PrintableText.escaped(finding.subject))\(padding)  "
            let indent = String(repeating: " ", count: head.count)
            let advice = finding.advice.map { ["\(indent)→ \(PrintableText.escaped($0))"] } ?? []
            return [head + PrintableText.escaped(finding.sentence)] + advice
        }
    }

    private static func mark(_ verdict: ExamineCall.Finding.Verdict) -> String {
        switch verdict {
        case .good: "ok     "
        case .lacking: "lacking"
        case .bad: "BAD    "
        }
    }
}
