import Jobs
import Threading

/// What waits for the ledger's next transaction.
enum LedgerEntry: Sendable {
    /// Store these jobs, all or none.
    case submit([Submission], by: Submitter, Promise<[Receipt]>)
    /// An attempt has ended, and its worker is free.
    case ended(AttemptID, AttemptEnd)
    /// These jobs are not to run, or not to run on.
    case cancel([JobID], by: Requester, Promise<[CancelResult]>)
    /// Claim from now on what is ready for free workers, or claim nothing from now on.
    case setClaiming(Bool, Promise<Void>)
    /// Nothing: whoever waits for it knows that the ledger is alive.
    case ping(Promise<Void>)

    /// How many jobs it is about: what it costs.
    var jobCount: Int {
        switch self {
        case .submit(let submissions, _, _): submissions.count
        case .cancel(let ids, _, _): ids.count
        case .ended: 1
        case .setClaiming, .ping: 0
        }
    }

    /// Tells whoever waits for it that it was not, or perhaps not, carried out.
    func fail(_ error: ServiceError) {
        switch self {
        case .submit(_, _, let promise): promise.fail(error)
        case .cancel(_, _, let promise): promise.fail(error)
        case .setClaiming(_, let promise), .ping(let promise): promise.fail(error)
        // The next start finds the attempt running in the store, and records it as lost.
        case .ended: break
        }
    }
}
