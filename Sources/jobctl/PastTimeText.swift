import Jobs

/// Times that have passed, as people write them: `10min` (ago), `16:30` (the last one), `yesterday 03:00`, `mon 9:00`,
/// `2026-12-24 18:00`, or RFC 3339.
///
/// The words are those of `WhenText`, which looks ahead; here each is the latest instant that it fits.
enum PastTimeText {
    static let rule =
        "a time that has passed, like 10min, 16:30, \"yesterday 03:00\", \"mon 9:00\", \"2026-12-24 18:00\" or 2026-12-24T18:00:00+01:00"

    private static let day = Duration.seconds(86_400)

    /// The instant that is meant; `nil` where the text is no time.
    static func instant(_ text: String, now: Timestamp) -> Timestamp? {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { return nil }
        if let span = span(words) { return now + (.zero - span) }
        switch first {
        case "now", "today": return WhenText.instant(text, now: now)
        case "yesterday":
            return WhenText.instant((["today"] + words.dropFirst()).joined(separator: " "), now: now + (.zero - day))
        case "tomorrow", "in": return nil
        default: break
        }
        if first.hasPrefix("+") { return nil }
        // The next time of that day, or day of that week, seen from a day or a week ago is the last one from now.
        let isWeekday = first.allSatisfy(\.isLetter)
        return WhenText.instant(text, now: now + (.zero - (isWeekday ? day * 7 : day)))
    }

    /// `10min`, `-10min`, `1h 30min ago`.
    private static func span(_ words: [String]) -> Duration? {
        let text = (words.last == "ago" ? words.dropLast() : words[...]).joined(separator: " ")
        let rest = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard rest.contains(where: \.isLetter) else { return nil }
        return DurationText.duration(rest)
    }
}
