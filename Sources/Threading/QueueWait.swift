/// One thread's wait for a queue: first it looks again and again for a few microseconds, then it sleeps.
struct QueueWait {
    private let deadline: Deadline
    private var backoff = Backoff()
    private var isOver = false
    /// Whether it came to sleeping, or to giving up.
    private(set) var hasSlept = false

    init(until deadline: Deadline) {
        self.deadline = deadline
        isOver = deadline == .passed
    }

    /// Lets a little time pass before the next look.
    ///
    /// `false` when it is time to find out what the matter is.
    mutating func spin() -> Bool { !isOver && backoff.pause() }

    /// Sleeps while the queue is full or empty.
    ///
    /// - Throws: when the wait was over already and one more look has found nothing.
    mutating func forOthers(in room: WaitingRoom, unless isReady: () -> Bool) throws(QueueError) {
        if isOver { throw ThreadShared.isStopPending ? .stopRequested : .timedOut }
        hasSlept = true
        isOver = room.sleep(until: deadline, unless: isReady) == .over
        backoff = Backoff()
    }

    /// Waits for a thread that is in the middle of a step, and may have lost its processor there.
    ///
    /// Nothing can be said about the queue before it is done, so there is no giving up.
    mutating func forStep() { backoff.pauseAnyway() }
}
