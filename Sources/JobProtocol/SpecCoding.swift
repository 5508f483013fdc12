import Jobs
import Varlink

/// A job's spec in the words of the protocol, and back with every bound checked.
enum SpecCoding {
    static func object(_ spec: JobSpec, token: String?) -> JSONObject {
        var object = JSONObject()
        object.append("command", .array(spec.command.arguments.map { .string($0) }))
        object.append("queue", .string(spec.queue.text))
        object.append("name", spec.name.map { .string($0) })
        object.append("directory", spec.command.directory.map { .string($0) })
        if !spec.command.environment.isEmpty {
            object.append("environment", .object(JSONObject(spec.command.environment)))
        }
        if spec.priority != 0 { object.append("priority", JSONValue(spec.priority)) }
        object.append("delayMilliseconds", spec.delay.map { JSONValue($0.wholeMilliseconds) })
        object.append("timeoutMilliseconds", spec.timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", spec.killAfter.map { JSONValue($0.wholeMilliseconds) })
        object.append("token", token.map { .string($0) })
        return object
    }

    static func spec(_ fields: inout ParameterReader) throws(ParameterError) -> JobSpec {
        JobSpec(
            command: Command(
                arguments: try command(try fields.required("command")),
                directory: try fields.optional("directory").map { field throws(ParameterError) in try directory(field)
                },
                environment: try fields.optional("environment").map { field throws(ParameterError) in
                    try environment(field)
                } ?? [:]),
            queue: try fields.optional("queue").map { field throws(ParameterError) in try queue(field) } ?? .default,
            name: try fields.optional("name").map { field throws(ParameterError) in try name(field) },
            priority: try fields.optional("priority")?.integer(in: -1000...1000) ?? 0,
            delay: try duration(fields.optional("delayMilliseconds"), from: 0),
            timeout: try duration(fields.optional("timeoutMilliseconds"), from: 1),
            killAfter: try duration(
                fields.optional("killAfterMilliseconds"), from: 0, to: Limits.longestKillAfter))
    }

    static func token(_ fields: inout ParameterReader) throws(ParameterError) -> String? {
        guard let field = fields.optional("token") else { return nil }
        let token = try field.string()
        guard (1...Limits.tokenLength).contains(token.utf8.count) else {
            throw field.error("must have from 1 to \(Limits.tokenLength) bytes")
        }
        return token
    }

    static func queue(_ field: Parameter) throws(ParameterError) -> QueueName {
        guard let queue = QueueName(try field.string()) else { throw field.error("must be \(QueueName.rule)") }
        return queue
    }

    private static func command(_ field: Parameter) throws(ParameterError) -> [String] {
        let arguments = try field.strings()
        guard (1...Limits.argumentCount).contains(arguments.count), arguments.first?.isEmpty == false else {
            throw field.error("must hold a program and at most \(Limits.argumentCount - 1) arguments")
        }
        guard arguments.allSatisfy({ $0.utf8.count < Limits.argumentLength }) else {
            throw field.error("must not hold an argument of \(Limits.argumentLength) bytes or more")
        }
        guard arguments.reduce(0, { $0 + $1.utf8.count + 1 }) <= Limits.commandLength else {
            throw field.error("must not have more than \(Limits.commandLength) bytes in all")
        }
        return arguments
    }

    private static func directory(_ field: Parameter) throws(ParameterError) -> String {
        let directory = try field.string()
        guard directory.hasPrefix("/"), directory.utf8.count < Limits.pathLength else {
            throw field.error("must be an absolute path of less than \(Limits.pathLength) bytes")
        }
        return directory
    }

    private static func environment(_ field: Parameter) throws(ParameterError) -> [String: String] {
        let variables = try field.stringMap()
        guard variables.count <= Limits.environmentCount else {
            throw field.error("must not hold more than \(Limits.environmentCount) variables")
        }
        guard variables.keys.allSatisfy({ !$0.isEmpty && !$0.contains("=") }) else {
            throw field.error("must not hold a variable whose name is empty or has a '='")
        }
        guard variables.allSatisfy({ $0.key.utf8.count + $0.value.utf8.count + 2 <= Limits.argumentLength }),
            variables.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }) <= Limits.commandLength
        else {
            throw field.error(
                "must not hold a variable of more than \(Limits.argumentLength) bytes, or more than \(Limits.commandLength) in all"
            )
        }
        return variables
    }

    private static func name(_ field: Parameter) throws(ParameterError) -> String {
        let name = try field.string()
        guard (1...Limits.jobNameLength).contains(name.utf8.count) else {
            throw field.error("must have from 1 to \(Limits.jobNameLength) bytes")
        }
        return name
    }

    private static func duration(
        _ field: Parameter?, from least: Int, to longest: Duration = Limits.longestDuration
    ) throws(ParameterError) -> Duration? {
        guard let field else { return nil }
        return .milliseconds(try field.integer(in: least...longest.wholeMilliseconds))
    }
}

extension Duration {
    /// Milliseconds, what is less than one cut off.
    package var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
