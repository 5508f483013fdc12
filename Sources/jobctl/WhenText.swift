import JobProtocol
import Jobs

/// Times as people write them: `5m`, `16:30`, `tomorrow 03:00`, `mon 9:00`, `2026-12-24 18:00`, or RFC 3339.
///
/// Days and times of day are those of the machine's zone (`TZ`).
enum WhenText {
    static let rule =
        "a time like 5m, \"1h 30min\", 16:30, \"tomorrow 03:00\", \"mon 9:00\", \"2026-12-24 18:00\" or 2026-12-24T18:00:00+01:00, at latest in 2262"

    private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// Beyond it a timestamp ends in the middle of a year.
    private static let lastYear = 2261

    /// The instant that is meant; `nil` where the text is no time.
    static func instant(_ text: String, now: Timestamp) -> Timestamp? {
        if let time = RFC3339Time(text) { return time.instant }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { return nil }
        if words == ["now"] { return now }
        if let span = span(text) { return now + span }
        if words.count == 1, let time = TimeOfDay(first) { return next(time, now: now) }
        guard words.count <= 2, let time = words.count == 2 ? TimeOfDay(words[1]) : .midnight else { return nil }
        return day(first, time, now: now)?.instant
    }

    /// `5m`, `+1h 30min`, `in 5 minutes`; a bare number could mean an hour of the day just as well.
    private static func span(_ text: String) -> Duration? {
        var rest = text.drop(while: \.isWhitespace)
        if rest.hasPrefix("+") {
            rest = rest.dropFirst()
        } else if rest.lowercased().hasPrefix("in ") {
            rest = rest.dropFirst(3)
        }
        guard rest.contains(where: \.isLetter) else { return nil }
        return DurationText.duration(rest)
    }

    /// Today, or tomorrow where that time of today has passed.
    private static func next(_ time: TimeOfDay, now: Timestamp) -> Timestamp {
        let today = time.on(LocalTime(now))
        return today.instant > now ? today.instant : today.adding(days: 1).instant
    }

    private static func day(_ word: String, _ time: TimeOfDay, now: Timestamp) -> LocalTime? {
        let today = time.on(LocalTime(now))
        switch word {
        case "today": return today
        case "tomorrow": return today.adding(days: 1)
        default: return date(word, time) ?? weekday(word, today, now: now)
        }
    }

    /// The next day of that name, today where the time is still to come.
    private static func weekday(_ word: String, _ today: LocalTime, now: Timestamp) -> LocalTime? {
        guard word.count >= 3, let wanted = weekdays.firstIndex(where: { $0.hasPrefix(word) }) else { return nil }
        let days = (wanted - today.weekday + 7) % 7
        return days == 0 && today.instant <= now ? today.adding(days: 7) : today.adding(days: days)
    }

    /// `2026-12-24`.
    private static func date(_ word: String, _ time: TimeOfDay) -> LocalTime? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = number(parts[0]), (1970...lastYear).contains(year),
            let month = number(parts[1]), let day = number(parts[2])
        else { return nil }
        let date = LocalTime(year: year, month: month, day: day)
        return date.exists ? time.on(date) : nil
    }

    fileprivate static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (48...57).contains($0) } && text.count <= 4 ? Int(text) : nil
    }
}

/// `16:30`, `9:00` or `23:59:30`.
private struct TimeOfDay {
    let hour: Int
    let minute: Int
    let second: Int

    static let midnight = TimeOfDay(hour: 0, minute: 0, second: 0)

    private init(hour: Int, minute: Int, second: Int) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), (1...2).contains(parts[0].count),
            parts.dropFirst().allSatisfy({ $0.count == 2 }), let hour = WhenText.number(parts[0]), hour < 24,
            let minute = WhenText.number(parts[1]), minute < 60
        else { return nil }
        var second = 0
        if parts.count == 3 {
            guard let number = WhenText.number(parts[2]), number < 60 else { return nil }
            second = number
        }
        self.init(hour: hour, minute: minute, second: second)
    }

    func on(_ day: LocalTime) -> LocalTime {
        var time = day
        (time.hour, time.minute, time.second) = (hour, minute, second)
        return time
    }
}
