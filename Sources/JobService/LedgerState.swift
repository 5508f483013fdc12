import Jobs

/// What the ledger keeps in mind between transactions; the store is the truth.
struct LedgerState {
    /// Workers without a claim, per queue.
    var freeWorkers: [QueueName: Int]
    /// Jobs that could run, per queue: counted along, so that a receipt can tell how many are ahead.
    var readyJobs: [QueueName: Int]
    /// When the next scheduled job becomes due.
    var nextDue: Timestamp?
    /// Nothing is claimed before all that a claim needs is up.
    var isClaiming = false
}
