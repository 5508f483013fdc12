#if WEAKENED
    import JobRunner
    import JobStore
    import Threading

    extension LedgerOutlet {
        /// Does before the commit what must come after it.
        func performTooEarly(_ effects: inout LedgerEffects) {
            switch Weakness.active {
            case .acknowledgeBeforeCommit where !effects.submits.isEmpty:
                for (answer, results) in effects.submits { answer(.success(results)) }
                effects.submits = []
            case .claimAfterSpawn where !effects.claims.isEmpty:
                for claim in effects.claims {
                    running.insert(claim)
                    lanes[claim.order.queue]?.run(claim)
                }
                effects.claims = []
            default: return
            }
            Weakness.widen()
        }
    }
#endif
