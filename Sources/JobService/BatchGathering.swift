import Threading

/// Says for how long a batch is to wait for more before it is committed.
///
/// Who waits for one answer after the other asks again as soon as the last answer is there. Without a moment of
/// patience the first of them has a commit for itself alone, and all others wait for its end: two groups take turns,
/// and each commit carries half of what it could. So a batch waits until as many have come as the last commit answered
/// and left waiting, and for half of what a commit waits for the disk at most: where the disk is quick, taking turns is
/// what keeps both the ledger and those who feed it at work. Who is alone never waits, and neither does who comes after
/// a pause; and where waiting was in vain it is tried again ever more seldom.
struct BatchGathering {
    /// How many are likely to come before long.
    private(set) var expected = 0
    /// What a commit waits for the disk: the least of late, because waiting for a processor looks the same.
    private var diskWait = Self.longestPatience * 2
    private var goodUntil = Deadline.now
    /// How often in a row it was in vain.
    private var failures = 0
    /// Commits for which it is not tried.
    private var isOutFor = 0

    /// A disk that hangs says nothing of those who ask.
    static let longestPatience = Duration.milliseconds(5)
    /// From then on it is tried with every 64th commit.
    private static let countedFailures = 6

    /// Until when a batch of so many may wait for more; `nil` where it is not to wait.
    func end(having count: Int, at now: Deadline) -> Deadline? {
        count < expected && isOutFor == 0 && now < goodUntil ? now.advanced(by: diskWait / 2) : nil
    }

    /// Learns how many there were after waiting.
    mutating func waited(having count: Int) {
        failures = count < expected ? min(failures + 1, Self.countedFailures) : 0
        isOutFor = 1 << failures
    }

    /// Learns from a commit.
    ///
    /// - Parameters:
    ///   - count: what it carried.
    ///   - waiting: what has come meanwhile.
    ///   - idle: how long it did nothing but wait for the disk.
    ///   - duration: how long it took in all.
    ///   - now: when it ended.
    mutating func committed(_ count: Int, waiting: Int, idle: Duration, in duration: Duration, at now: Deadline) {
        expected = count + waiting
        diskWait = min(max(idle, .zero), diskWait * 5 / 4 + .microseconds(1), Self.longestPatience * 2)
        goodUntil = now.advanced(by: duration)
        isOutFor = max(0, isOutFor - 1)
    }
}
