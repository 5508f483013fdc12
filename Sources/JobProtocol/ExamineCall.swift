package import Varlink

/// `io.jobd.Daemon.Examine`: what is well with the daemon where it runs, and what is not.
package enum ExamineCall {
    package static let method = "io.jobd.Daemon.Examine"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    /// One thing that was looked at.
    package struct Finding: Sendable, Equatable {
        /// How it is.
        package enum Verdict: String, Sendable, CaseIterable {
            /// As it should be.
            case ok
            /// Worth knowing: something that jobs might be expected to have is missing, or will change.
            case note
            /// Works now, and will not in a situation that is likely to come.
            case warning
            /// Does not work.
            case problem
        }

        /// What was looked at, in a word or two.
        package let subject: String
        package let verdict: Verdict
        /// What was found, for people.
        package let sentence: String
        /// What would make it better, for people.
        package let advice: String?

        package init(_ subject: String, _ verdict: Verdict, _ sentence: String, advice: String? = nil) {
            self.subject = subject
            self.verdict = verdict
            self.sentence = sentence
            self.advice = advice
        }

        package var json: JSONObject {
            var object: JSONObject = [
                "subject": .string(subject), "verdict": .string(verdict.rawValue), "sentence": .string(sentence),
            ]
            object.append("advice", advice.map { .string($0) })
            return object
        }
    }

    package struct Answer: Sendable, Equatable {
        package let findings: [Finding]

        package init(findings: [Finding]) {
            self.findings = findings
        }

        package var parameters: JSONObject { ["findings": .array(findings.map { .object($0.json) })] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            findings = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("findings").array { item throws(ParameterError) in
                    try item.object { fields throws(ParameterError) in
                        Finding(
                            try fields.required("subject").string(), try fields.required("verdict").choice(),
                            try fields.required("sentence").string(), advice: try fields.optional("advice")?.string())
                    }
                }
            }
        }
    }
}
