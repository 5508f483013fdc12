import Jobs

/// How jobd's transient units are called: `jobd-1a2b3c4d5e6f-42-1.service`.
///
/// The store's identity keeps two daemons apart; the attempt makes a second start of the same one fail.
struct UnitName: Hashable {
    private let prefix: String

    /// - Parameter store: the store's identity.
    init(store: String) {
        prefix = "jobd-\(store.prefix(12))-"
    }

    func text(of attempt: AttemptID) -> String { "\(prefix)\(attempt.job)-\(attempt.number).service" }

    /// Matches all units of the store (glob(7)).
    var pattern: String { "\(prefix)*.service" }
}
