import JobProtocol
import Jobs
import Varlink

@testable import JobStoreSQLite

/// The calls and answers of the protocol: what was read can be written and read again as the same, and what was read of
/// a job comes out of the store as it went in.
///
/// The first byte is the letter of the call or answer, the rest are its parameters as JSON.
enum CallsTarget {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard let (letter, text) = lettered(input), case .object(let json)? = try? JSONValue(parsing: Array(text))
        else { return }
        if letter.properties.isLowercase {
            try checkCall(letter, json)
        } else {
            try checkAnswer(letter, json)
        }
    }

    private static func checkCall(_ letter: Unicode.Scalar, _ json: JSONObject) throws(Broken) {
        switch letter {
        case "a": try checkSubmit(json)
        case "b": try checkSame(json, CancelCall.init, \.parameters)
        case "c": try checkSame(json, EditCall.init, \.parameters)
        case "d": try checkSame(json, GetCall.init, \.parameters)
        case "e": try checkSame(json, ListCall.init, \.parameters)
        case "f": try checkSame(json, LogsCall.init, \.parameters)
        case "g": try checkSame(json, PauseCall.init, \.parameters)
        case "h": try checkSame(json, ResumeCall.init, \.parameters)
        case "i": try checkSame(json, SetCall.init, \.parameters)
        case "j": try checkSame(json, SignalCall.init, \.parameters)
        case "k": try checkSame(json, WhyCall.init, \.parameters)
        default: break
        }
    }

    private static func checkAnswer(_ letter: Unicode.Scalar, _ json: JSONObject) throws(Broken) {
        switch letter {
        case "A": try checkSame(json, SubmitCall.Answer.init, written)
        case "B": try checkSame(json, CancelCall.Answer.init, \.parameters)
        case "C": try checkSame(json, ChangeAnswer.init, \.parameters)
        case "D": try checkSame(json, GetCall.Answer.init, \.parameters)
        case "E": try checkSame(json, ListCall.Answer.init, \.parameters)
        case "F": try checkSame(json, LogsCall.Answer.init, \.parameters)
        case "G": try checkSame(json, QueuesCall.Answer.init, \.parameters)
        case "H": try checkSame(json, StatusCall.Answer.init, \.parameters)
        case "I": try checkSame(json, ExamineCall.Answer.init, \.parameters)
        case "J": try checkSame(json, MetricsCall.Answer.init, \.parameters)
        case "K": try checkSame(json, WhyCall.Answer.init, \.parameters)
        default: break
        }
    }

    private static func checkSame<Message: Equatable>(
        _ json: JSONObject, _ read: (JSONObject) throws(ParameterError) -> Message, _ write: (Message) -> JSONObject
    ) throws(Broken) {
        let message: Message
        do throws(ParameterError) {
            message = try read(json)
        } catch {
            return try expect(!error.problem.isEmpty, "an error says what is wrong")
        }
        let again: Message
        do throws(ParameterError) {
            again = try read(write(message))
        } catch {
            throw Broken(description: "what was written cannot be read: \(error): \(message)")
        }
        try expectEqual(again, message, "reads as it was")
    }

    private static func written(_ answer: SubmitCall.Answer) -> JSONObject {
        var writer = JSONWriter()
        writer.object(answer.write)
        return (try? JSONValue(parsing: writer.bytes))?.objectValue ?? [:]
    }

    private static func checkSubmit(_ json: JSONObject) throws(Broken) {
        try checkSame(json, SubmitCall.init, \.parameters)
        guard let call = try? SubmitCall(json) else { return }
        for job in call.jobs { try checkStored(job.spec) }
    }

    private static func checkStored(_ spec: JobSpec) throws(Broken) {
        let variables = SQLiteText.variables(SQLiteText.bytes(spec.command.environment))
        try expectEqual(variables, spec.command.environment, "the environment is stored as it is")
        let arguments = SQLiteText.strings(SQLiteText.bytes(spec.command.arguments))
        try expectEqual(arguments, spec.command.arguments, "the command is stored as it is")
        var stored = spec
        (stored.expires, stored.isHeld, stored.key, stored.slots) = (nil, false, nil, 1)
        (stored.needs, stored.limits, stored.retry) = ([:], [:], RetryRequest())
        (stored.surroundings, stored.resources, stored.killSignal) = (Surroundings(), ResourceLimits(), nil)
        (stored.isolation, stored.properties, stored.secrets) = (nil, [], [:])
        if case .at = spec.start { stored.start = nil }
        do {
            try SQLiteSpecOptions.read(SQLiteSpecOptions.bytes(of: spec) ?? [], into: &stored)
        } catch {
            throw Broken(description: "what was stored cannot be read: \(error)")
        }
        try expectEqual(stored, spec, "a spec is stored as it is")
    }
}
