import Jobs
import Varlink

/// What comes with a job and is kept apart from its spec.
enum AttachmentCoding {
    static func append(input: [UInt8]?, secrets: [SecretName: [UInt8]], to object: inout JSONObject) {
        object.append("inputBase64", input.map { .string(Base64.encode($0)) })
        guard !secrets.isEmpty else { return }
        var entries = JSONObject()
        for (name, bytes) in secrets.sorted(by: { $0.key < $1.key }) {
            entries.append(name.description, .string(Base64.encode(bytes)))
        }
        object.append("secrets", .object(entries))
    }

    /// - Parameter other: what the spec says of the input.
    static func input(
        _ fields: inout ParameterReader, besides other: StandardInput
    ) throws(ParameterError) -> [UInt8]? {
        guard let field = fields.optional("inputBase64") else { return nil }
        guard other == .nothing else {
            throw field.error("must not be there together with inputFile: a job reads from one of them")
        }
        return try bytes(field, atMost: StandardInput.maxLength)
    }

    static func secrets(_ fields: inout ParameterReader) throws(ParameterError) -> [SecretName: [UInt8]] {
        guard let field = fields.optional("secrets") else { return [:] }
        let texts = try field.map { secret throws(ParameterError) in try bytes(secret, atMost: Limits.secretLength) }
        guard texts.count <= Limits.secretsPerJob,
            texts.reduce(0, { $0 + $1.value.count }) <= Limits.secretLength
        else {
            throw field.error(
                "must not hold more than \(Limits.secretsPerJob), of \(Limits.secretLength) bytes together")
        }
        var secrets: [SecretName: [UInt8]] = [:]
        for (text, bytes) in texts {
            guard let name = SecretName(text) else { throw field.error("must hold names of \(SecretName.rule)") }
            secrets[name] = bytes
        }
        return secrets
    }

    private static func bytes(_ field: Parameter, atMost length: Int) throws(ParameterError) -> [UInt8] {
        guard let bytes = Base64.decode(try field.string()) else { throw field.error("must be base64 with padding") }
        guard bytes.count <= length else { throw field.error("must not have more than \(length) bytes") }
        return bytes
    }
}
