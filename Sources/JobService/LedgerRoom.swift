/// What a transaction may do, by the room that there is on the disk.
enum LedgerRoom {
    /// Everything.
    case plenty
    /// Store no new job and start no attempt.
    ///
    /// Each attempt needs room: for its claim, for its output and in the end for its outcome. One that is started now
    /// may take that of one that runs, and an outcome for which there is no room is a run for nothing.
    case scarce(SpaceShortage)
    /// Record how attempts have ended: the store has found no room for more.
    case outcomes(SpaceShortage)

    var shortage: SpaceShortage? {
        switch self {
        case .plenty: nil
        case .scarce(let shortage), .outcomes(let shortage): shortage
        }
    }
}
