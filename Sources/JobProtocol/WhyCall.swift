package import Jobs
package import Varlink

/// `io.jobd.Jobs.Why`: the one reason why a job does not run now, and what would change that.
package struct WhyCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Why"

    package var id: JobID

    package init(id: JobID) {
        self.id = id
    }

    package var parameters: JSONObject { ["id": .integer(id.rawValue)] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        id = try parameters.read { reader throws(ParameterError) in try IDsCoding.id(try reader.required("id")) }
    }

    /// The answer.
    package struct Answer: Sendable, Equatable {
        /// All that the daemon said, so that a client passes on newer details too.
        package let parameters: JSONObject
        package let state: JobState.Name
        package let kind: String
        package let sentence: String
        package let remedy: String?
        /// When the reason will be gone by itself.
        package let until: Timestamp?

        /// - Parameter id: the job that was asked for.
        package init(id: JobID, state: JobState.Name, words: WaitReasonWords) {
            self.state = state
            kind = words.kind.rawValue
            sentence = words.sentence
            remedy = words.remedy
            until = words.until
            var object: JSONObject = [
                "id": .integer(id.rawValue), "state": .string(state.rawValue), "kind": .string(words.kind.rawValue),
                "sentence": .string(words.sentence),
            ]
            object.append("remedy", words.remedy.map { .string($0) })
            object.append("until", words.until.map { .string($0.description) })
            for member in words.details.members { object.append(member.name, member.value) }
            parameters = object
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { fields throws(ParameterError) in
                try Answer(&fields, parameters)
            }
        }

        private init(_ fields: inout ParameterReader, _ parameters: JSONObject) throws(ParameterError) {
            self.parameters = parameters
            state = try fields.required("state").choice()
            kind = try fields.required("kind").string()
            sentence = try fields.required("sentence").string()
            remedy = try fields.optional("remedy")?.string()
            until = try Timestamp(fields.optional("until"))
        }
    }
}
