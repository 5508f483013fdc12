/// Lists of words as unit files have them.
enum UnitWords {
    /// Splits at spaces; quotes keep words together, and a backslash takes the next character as it is.
    ///
    /// - Throws: where a quote is not closed.
    static func split(_ text: String) throws(UnitProperties.Refusal) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { throw UnitProperties.Refusal(reason: "'\(text)' has an open quote") }
        return words + [word].compactMap(\.self)
    }
}
