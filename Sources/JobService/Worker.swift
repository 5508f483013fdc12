import JobRunner
import Threading

/// The body of a worker thread: takes one claim after the other and sees each through its whole life.
struct Worker: Sendable {
    let lane: Lane
    let runner: any AttemptRunner
    let ledger: Ledger
    let running: RunningAttempts

    func run() {
        while let claim = lane.nextClaim() {
            switch runner.run(claim.order, control: claim.control, from: claim.detached) {
            case .ended(let end):
                do {
                    try ledger.put(.ended(claim.order.id, end))
                } catch {
                    // The ledger ends early only after a storage error: then the next start finds the attempt lost.
                    return
                }
                ThreadProgress.during("removing what is left of an attempt") { runner.tidy() }
            case .detached(let detached):
                running.letGo(of: claim.order.id, detached)
            }
        }
    }
}
