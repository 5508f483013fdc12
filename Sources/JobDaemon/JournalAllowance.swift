import Kernel

/// How many of an attempt's lines the journal gets: a flood must slow neither the job nor the machine.
///
/// Journald's own bound (journald.conf(5): RateLimitIntervalSec=30s, RateLimitBurst=10000) is for a whole unit, which
/// is the daemon with all its jobs: it is to be switched off there, and this one stands in its place, for each attempt
/// alone. An entry costs up to 30 us, so that an attempt uses up 1 % of a processor at most.
struct JournalAllowance {
    static let interval = Duration.seconds(30)
    static let linesPerInterval = 10_000
    /// How long an attempt may be held up in an interval by a journal that is slow: three times what so many lines take
    /// where it is not.
    static let patience = Int64(1_000_000_000)

    private var intervalEnd: BootTime
    private var taken = 0
    private var leftOut = 0
    private var spent: Int64 = 0

    init(now: BootTime) {
        intervalEnd = now + Self.interval
    }

    /// How many lines may still be sent.
    mutating func linesWanted(now: BootTime) -> Int {
        if now >= intervalEnd, leftOut == 0 {
            intervalEnd = now + Self.interval
            taken = 0
            spent = 0
        }
        return Self.linesPerInterval - taken
    }

    /// So many lines were sent.
    mutating func take(_ count: Int) { taken += count }

    /// So many nanoseconds were spent on sending.
    mutating func spend(_ nanoseconds: Int64) { spent += nanoseconds }

    /// How many nanoseconds may still be.
    var patienceLeft: Int64 { max(0, Self.patience - spent) }

    /// So many lines were not.
    mutating func leaveOut(_ count: Int) { leftOut += count }

    /// How many lines were left out, once their interval is over; 0 where there is nothing to tell.
    mutating func takeReport(now: BootTime) -> Int {
        now >= intervalEnd ? takeReport() : 0
    }

    /// How many lines were left out and not told of.
    mutating func takeReport() -> Int {
        defer { leftOut = 0 }
        return leftOut
    }
}
