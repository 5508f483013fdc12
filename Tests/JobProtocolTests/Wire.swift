import Testing
import Varlink

/// Parameters as they arrive at the other end.
func overTheWire(_ parameters: JSONObject) throws -> JSONObject {
    var bytes: [UInt8] = []
    Call(method: "a.b.C", parameters: parameters).serialize(into: &bytes)
    try #require(bytes.last == 0 && !bytes.dropLast().contains(0))
    let message = Array(bytes.dropLast())
    return try Call(parsing: message.span).parameters
}

/// What is written as the parameters of a reply, as it arrives at the other end.
func overTheWire(_ write: (inout JSONWriter) -> Void) throws -> JSONObject {
    var bytes: [UInt8] = []
    Reply.serializeFinal(into: &bytes, write)
    try #require(bytes.last == 0 && !bytes.dropLast().contains(0))
    guard case .final(let parameters) = try Reply(parsing: Array(bytes.dropLast()).span) else {
        throw MessageError(problem: "it is not the last reply")
    }
    return parameters
}

/// Parameters from their text.
func parameters(_ text: String) throws -> JSONObject {
    try #require(try JSONValue(parsing: text).objectValue)
}
