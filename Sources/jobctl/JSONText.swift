import Varlink

/// JSON documents for stdout.
enum JSONText {
    /// One object on one line.
    static func object(_ object: JSONObject) -> String { JSONValue.object(object).description }

    /// One array, an object on each line, so that line tools have something to hold on to.
    static func array(_ objects: [JSONObject]) -> String {
        objects.isEmpty ? "[]" : "[\n" + objects.map(object).joined(separator: ",\n") + "\n]"
    }

    /// A single object as it is, several as an array.
    static func oneOrMany(_ objects: [JSONObject], isOne: Bool) -> String {
        if isOne, let only = objects.first { object(only) } else { array(objects) }
    }
}
