package import Jobs

/// Who is told what happens to jobs, for the journal.
///
/// Called on the ledger's thread after the commit: it must not block.
package protocol ServiceObserver: Sendable {
    func jobStarted(_ job: Job, attempt: Int)
    func jobEnded(_ job: Job, attempt: Int?, end: AttemptEnd?)
    /// Storage failed: nothing is acknowledged any more, and the daemon must stop.
    func storageFailed(_ reason: String)
}
