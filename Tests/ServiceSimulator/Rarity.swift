/// What happens rarely, and must happen often enough that a simulation means something.
package enum Rarity: String, CaseIterable, Sendable {
    case attemptLost, crash, storeFault, clockJump, drain, endReportedTwice
    case repeated, keyConflict, replaced, refusedSubmit, cancelledRunning, retried, edited, held, paused
}
