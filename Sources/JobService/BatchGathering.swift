import Threading

/// Says for how long a batch is to wait for more before it is committed.
///
/// Who waits for one answer after the other asks again as soon as the last answer is there. Without a moment of
/// patience the first of them has a commit for itself alone, and all others wait for its end: two groups take turns,
/// and each commit carries half of what it could. So a batch waits until as many have come as the last commit answered
/// and left waiting; for half of what that commit took at most, so that no answer comes much later for it. Who is
/// alone never waits, and neither does who comes after a pause.
struct BatchGathering {
    /// How many are likely to come before long.
    private(set) var expected = 0
    private var patience = Duration.zero
    private var goodUntil = Deadline.now

    /// A disk that hangs says nothing of those who ask.
    static let longestPatience = Duration.milliseconds(5)

    /// Until when a batch of so many may wait for more; `nil` where it is not to wait.
    func end(having count: Int, at now: Deadline) -> Deadline? {
        count < expected && now < goodUntil ? now.advanced(by: patience) : nil
    }

    /// Learns from a commit.
    ///
    /// - Parameters:
    ///   - count: what it carried.
    ///   - waiting: what has come meanwhile.
    ///   - duration: how long it took.
    ///   - now: when it ended.
    mutating func committed(_ count: Int, waiting: Int, in duration: Duration, at now: Deadline) {
        expected = count + waiting
        patience = min(duration / 2, Self.longestPatience)
        goodUntil = now.advanced(by: duration)
    }
}
