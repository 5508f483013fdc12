/// `key: value` lines with the values under each other; a key that comes again is not repeated.
enum KeyValueText {
    static func lines(_ fields: [(key: String, value: String)]) -> [String] {
        let width = (fields.map(\.key.count).max() ?? 0) + 3
        var last: String?
        return fields.map { field in
            let key = field.key == last ? "" : "\(field.key):"
            last = field.key
            return key + String(repeating: " ", count: width - key.count) + field.value
        }
    }
}
