import Glibc
import Jobs

/// A day of the calendar and a time of it, in no zone yet.
struct LocalTime: Hashable {
    var year: Int
    /// 1 to 12.
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0

    /// What a clock on the wall of the machine's zone shows at that instant.
    init(_ time: Timestamp) {
        var fields = tm()
        var seconds = Int(time.secondsRoundedDown)
        // The zone may have changed since the process began: localtime_r alone need not look.
        tzset()
        localtime_r(&seconds, &fields)
        self.init(fields)
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    private init(_ fields: tm) {
        year = Int(fields.tm_year) + 1900
        month = Int(fields.tm_mon) + 1
        day = Int(fields.tm_mday)
        hour = Int(fields.tm_hour)
        minute = Int(fields.tm_min)
        second = Int(fields.tm_sec)
    }

    /// 0 is Sunday.
    var weekday: Int {
        var fields = fields
        timegm(&fields)
        return Int(fields.tm_wday)
    }

    /// Whether the calendar has the day.
    var exists: Bool {
        var fields = fields
        timegm(&fields)
        return LocalTime(fields) == self
    }

    /// The same time of the day, so many days later.
    func adding(days: Int) -> LocalTime {
        var fields = fields
        fields.tm_mday += Int32(days)
        timegm(&fields)
        return LocalTime(fields)
    }

    private var fields: tm {
        var fields = tm()
        fields.tm_year = Int32(year - 1900)
        fields.tm_mon = Int32(month - 1)
        fields.tm_mday = Int32(day)
        fields.tm_hour = Int32(hour)
        fields.tm_min = Int32(minute)
        fields.tm_sec = Int32(second)
        return fields
    }

    /// The instant at which the clock shows it.
    ///
    /// The rule of RFC 5545, 3.3.5: a time that comes twice, because the clock is set back, is the first one; a time
    /// that is left out, because the clock is set forward, is taken with the offset from before, so that 02:30 becomes
    /// 03:30.
    var instant: Timestamp {
        var fields = fields
        let asIfUTC = timegm(&fields)
        tzset()
        let day = 86_400
        let before = asIfUTC - Self.offset(at: asIfUTC - day)
        let after = asIfUTC - Self.offset(at: asIfUTC + day)
        let shown = [before, after].filter { $0 + Self.offset(at: $0) == asIfUTC }
        return Timestamp(nanoseconds: Int64(shown.min() ?? before) * 1_000_000_000)
    }

    /// Seconds east of Greenwich.
    private static func offset(at seconds: Int) -> Int {
        var seconds = seconds
        var fields = tm()
        localtime_r(&seconds, &fields)
        return fields.tm_gmtoff
    }
}

extension Timestamp {
    fileprivate var secondsRoundedDown: Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }
}
