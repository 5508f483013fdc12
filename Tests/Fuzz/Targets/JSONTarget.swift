import Varlink

/// JSON documents: what was read can be written and read again as the same, and is within the bounds of the reader.
enum JSONTarget {
    static func check(_ input: [UInt8]) throws(Broken) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: input)
        } catch {
            try expect((0...input.count).contains(error.offset), "an error lies within the document: \(error)")
            return
        }
        try expect(depth(of: value) <= JSONValue.maximumDepth, "nesting is bounded")
        try checkNames(value)
        let written = value.serialized
        try expect(!written.contains(0), "what is written can be framed by a zero byte")
        guard let again = try? JSONValue(parsing: written) else {
            throw Broken(description: "what was written cannot be read: \(value)")
        }
        try expectEqual(again, value, "reads as it was")
        try expectEqual(again.serialized, written, "is written as it was")
    }

    private static func depth(of value: JSONValue) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
        case .null, .bool, .integer, .unsigned, .double, .string: 0
        }
    }

    /// No object has two members whose names are the same bytes.
    private static func checkNames(_ value: JSONValue) throws(Broken) {
        switch value {
        case .array(let elements): for element in elements { try checkNames(element) }
        case .object(let object):
            let names = Set(object.members.map { Array($0.name.utf8) })
            try expect(names.count == object.count, "names differ: \(object)")
            for member in object.members { try checkNames(member.value) }
        case .null, .bool, .integer, .unsigned, .double, .string: break
        }
    }
}
