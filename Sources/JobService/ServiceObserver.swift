package import Jobs

/// Who is told what happens to jobs, for the journal.
///
/// Called on the ledger's thread after the commit: it must not block.
package protocol ServiceObserver: Sendable {
    /// Jobs were submitted; said once for all of a transaction.
    func jobsStored()
    func jobStarted(_ job: Job, attempt: Int)
    /// An attempt ended, and its job will run again.
    func attemptFailed(_ job: Job, attempt: Int, end: AttemptEnd)
    func jobEnded(_ job: Job, attempt: Int?, end: AttemptEnd?)
    /// Something was done to a job that no attempt tells.
    func jobChanged(_ job: Job, _ change: Change)
    /// Somebody paused or resumed a queue, or changed its settings.
    func queueChanged(_ queue: QueueName, _ change: QueueChange, by user: UInt32)
    /// There is too little room on the disk from now on; `nil`: there is enough again.
    func spaceChanged(_ shortage: SpaceShortage?)
    /// Storage failed: nothing is acknowledged any more, and the daemon must stop.
    func storageFailed(_ reason: String)
}
