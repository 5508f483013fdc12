package import Varlink

/// A line that a job printed, or a part of one.
package struct LogLine: Sendable, Equatable {
    /// RFC 3339.
    package let time: String
    /// `stdout` or `stderr`.
    package let stream: String
    /// The exact bytes, without the newline.
    package let text: [UInt8]
    /// Whether a newline ended it.
    package let isComplete: Bool

    package init(time: String, stream: String, text: [UInt8], isComplete: Bool) {
        self.time = time
        self.stream = stream
        self.text = text
        self.isComplete = isComplete
    }

    package var json: JSONObject {
        var object: JSONObject = ["time": .string(time), "stream": .string(stream)]
        // JSON carries neither bytes that are not UTF-8 nor, for some of its readers, NUL.
        if let string = String(validating: text, as: UTF8.self), !text.contains(0) {
            object.append("text", .string(string))
        } else {
            object.append("text", .string(Base64.encode(text)))
            object.append("encoding", "base64")
        }
        object.append("complete", .bool(isComplete))
        return object
    }

    package init(_ field: Parameter) throws(ParameterError) {
        self = try field.object { fields throws(ParameterError) in
            let text = try fields.required("text")
            return LogLine(
                time: try fields.required("time").string(), stream: try fields.required("stream").string(),
                text: try Self.bytes(of: text, encoding: try fields.optional("encoding")?.string()),
                isComplete: try fields.required("complete").bool())
        }
    }

    private static func bytes(of field: Parameter, encoding: String?) throws(ParameterError) -> [UInt8] {
        let text = try field.string()
        guard encoding == "base64" else { return Array(text.utf8) }
        guard let bytes = Base64.decode(text) else { throw field.error("must be base64") }
        return bytes
    }
}
