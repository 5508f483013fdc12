package import Jobs
package import Threading

/// What waits for the ledger's next transaction.
package enum LedgerEntry: Sendable {
    /// Store these jobs: all or none, or as many as can be.
    case submit([Submission], by: Submitter, isAdministrator: Bool, partial: Bool, SubmitAnswer)
    /// An attempt has ended, and its worker is free.
    case ended(AttemptID, AttemptEnd)
    /// The same is asked of each of these jobs.
    case change([JobID], ChangeRequest, by: Requester, Promise<[ChangeResult]>)
    /// Make these settings of a queue; `nil` goes back to what the configuration says.
    case set([(QueueSetting, String?)], of: QueueName, by: Requester, Promise<Void>)
    /// Start nothing of a queue any more, or start again where no mode is given.
    case pause(QueueName, QueuePause.Mode?, by: Requester, Promise<Void>)
    /// Go by another configuration from now on.
    case configure(ServiceSettings, Promise<Void>)
    /// Name jobs that have ended and need not be kept.
    case findRetired(RetentionQuery, Promise<[RetiredJob]>)
    /// Remove these jobs, if they are still as they were.
    case remove([RetiredJob], Promise<Void>)
    /// Claim from now on what is ready for free workers, or claim nothing from now on.
    case setClaiming(Bool, Promise<Void>)
    /// Nothing: whoever waits for it knows that the ledger is alive, and that it looked at the clock.
    case ping(Promise<Void>)

    /// How many jobs it is about: what it costs.
    var jobCount: Int {
        switch self {
        case .submit(let submissions, _, _, _, _): submissions.count
        case .change(let ids, _, _, _): ids.count
        case .remove(let jobs, _): jobs.count
        case .findRetired(let query, _): query.limit
        case .ended: 1
        case .set, .pause, .configure, .setClaiming, .ping: 0
        }
    }

    /// Whether it tells how an attempt has ended: there must be room for that.
    var isOutcome: Bool { if case .ended = self { true } else { false } }

    /// Whether it is refused where there is room for outcomes only; a submit is looked at, because one that was stored
    /// before needs none.
    var takesRoom: Bool {
        switch self {
        case .change, .set, .pause, .remove: true
        case .submit, .ended, .configure, .findRetired, .setClaiming, .ping: false
        }
    }

    /// Tells whoever waits for it that it was not, or perhaps not, carried out.
    func fail(_ error: ServiceError) {
        switch self {
        case .submit(_, _, _, _, let answer): answer(.failure(error))
        case .change(_, _, _, let promise): promise.fail(error)
        case .findRetired(_, let promise): promise.fail(error)
        case .set(_, _, _, let promise), .pause(_, _, _, let promise), .configure(_, let promise),
            .remove(_, let promise), .setClaiming(_, let promise), .ping(let promise):
            promise.fail(error)
        // The next start finds the attempt running in the store, and records it as lost.
        case .ended: break
        }
    }
}
