import ArgumentParser
import JobClient
import JobProtocol

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine jobd and where it runs, and say what to do.",
        discussion: """
            Each line has a verdict: ok, note (something is missing, or will change), warning (it works now, and will \
            not when something happens that is likely to) or PROBLEM (it does not work). Below it stands what to do. \
            Without a jobd that answers it says what can be seen from outside.

            EXIT CODE
              0 all is well, with notes and warnings perhaps
              1 there is a problem
              4 jobd does not answer
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print it as a JSON array.")
    var json = false

    func run() throws {
        let client = connection.client
        var answer: StatusCall.Answer?
        var findings: [ExamineCall.Finding] = []
        var silence: Failure?
        do throws(JobClientError) {
            answer = try client.status().answer
            findings = try client.examine()
        } catch {
            silence = Failure(error)
        }
        let local = LocalExamination(socket: client.socket, status: answer, silence: silence)
        let all = local.findings + findings
        if json {
            try StandardStream.output.write(line: JSONText.array(all.map(\.json)))
        } else {
            try StandardStream.output.write(lines: Self.lines(all))
        }
        if let silence { throw Failure(silence.code) }
        if all.contains(where: { $0.verdict == .problem }) { throw Failure(ExitStatus.no) }
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
        case .ok: "ok     "
        case .note: "note   "
        case .warning: "warning"
        case .problem: "PROBLEM"
        }
    }
}
