import Jobs
import Varlink

/// A job's spec in the words of the protocol, and back with every bound checked.
///
/// One rule for text, wherever it comes from: a JSON string holds Unicode only, and none may hold U+0000, because
/// arguments, variables and paths end there. Bytes that are not UTF-8, or half of a surrogate pair, are no JSON: such
/// a message ends its connection.
enum SpecCoding {
    static func object(_ spec: JobSpec) -> JSONObject {
        var object = JSONObject()
        object.append("command", .array(spec.command.arguments.map { .string($0) }))
        object.append("queue", .string(spec.queue.text))
        object.append("name", spec.name.map { .string($0) })
        object.append("directory", spec.command.directory.map { .string($0) })
        if !spec.command.environment.isEmpty {
            object.append("environment", .object(JSONObject(spec.command.environment)))
        }
        if spec.priority != 0 { object.append("priority", JSONValue(spec.priority)) }
        PolicyCoding.append(spec, to: &object)
        return object
    }

    static func spec(_ fields: inout ParameterReader) throws(ParameterError) -> JobSpec {
        var spec = JobSpec(
            command: Command(
                arguments: try command(try fields.required("command")),
                directory: try fields.optional("directory").map { field throws(ParameterError) in try directory(field)
                },
                environment: try fields.optional("environment").map { field throws(ParameterError) in
                    try environment(field)
                } ?? [:]),
            queue: try fields.optional("queue").map { field throws(ParameterError) in try queue(field) } ?? .default,
            name: try fields.optional("name").map { field throws(ParameterError) in try name(field) },
            priority: try fields.optional("priority").map { field throws(ParameterError) in try priority(field) } ?? 0)
        if fields.hasMore { try PolicyCoding.read(&fields, into: &spec) }
        return spec
    }

    static func token(_ fields: inout ParameterReader) throws(ParameterError) -> String? {
        try fields.optional("token").map { field throws(ParameterError) in
            try text(field, atMost: Limits.tokenLength)
        }
    }

    static func queue(_ field: Parameter) throws(ParameterError) -> QueueName {
        guard let queue = QueueName(try field.string()) else { throw field.error("must be \(QueueName.rule)") }
        return queue
    }

    static func priority(_ field: Parameter) throws(ParameterError) -> Int { try field.integer(in: -1000...1000) }

    static func name(_ field: Parameter) throws(ParameterError) -> String {
        try text(field, atMost: Limits.jobNameLength)
    }

    /// Text of at least one byte.
    static func text(_ field: Parameter, atMost length: Int) throws(ParameterError) -> String {
        let text = try field.string()
        guard (1...length).contains(text.utf8.count) else { throw field.error("must have from 1 to \(length) bytes") }
        return text
    }

    static func command(_ field: Parameter) throws(ParameterError) -> [String] {
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
        // By bytes, as the kernel reads it: as a character the sign can be one with what follows it.
        guard
            variables.keys.allSatisfy({ name in
                !name.isEmpty && !name.utf8.contains { $0 == UInt8(ascii: "=") || $0 == 0 }
            })
        else {
            throw field.error("must not hold a variable whose name is empty or has a '=' or the character U+0000")
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
}
