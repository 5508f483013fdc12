#if WEAKENED
    import Glibc

    /// A promise that a weakened build breaks on purpose, so that the tests can show that they would notice.
    ///
    /// `Tests/Promises/controls.py` makes such builds and says which test catches which. A build for anything else has
    /// nothing of this: every use stands under `#if WEAKENED`, and a test holds the sources to that.
    package enum Weakness: String, CaseIterable, Sendable {
        /// Submits are answered before the transaction that stores them is committed.
        case acknowledgeBeforeCommit = "acknowledge-before-commit"
        /// SQLite syncs its log only before a checkpoint, and not at each commit.
        case synchronousNormal = "synchronous-normal"
        /// SQLite never syncs.
        case synchronousOff = "synchronous-off"
        /// A process exists before its claim is committed.
        case claimAfterSpawn = "claim-after-spawn"
        /// A restart does not end what an earlier daemon left.
        case noSweep = "no-sweep"
        /// The ledger goes on after a storage error.
        case noFailStop = "no-fail-stop"
        /// A job is committed before its token is.
        case tokenInSecondTransaction = "token-in-second-transaction"

        /// The one of this process, by the environment variable `JOBD_WEAKNESS`; `nil` where it is not set.
        ///
        /// An unknown name is a trap: a control that weakens nothing would prove nothing.
        package static let active: Weakness? = unsafe getenv("JOBD_WEAKNESS").map { name in
            guard let weakness = unsafe Weakness(rawValue: String(cString: name)) else {
                fatalError("JOBD_WEAKNESS names no weakness; known: \(allCases.map(\.rawValue))")
            }
            return weakness
        }

        /// Stays a while between the two steps that this weakness takes apart, for a kill to come in between.
        package static func widen() { usleep(20_000) }
    }
#endif
