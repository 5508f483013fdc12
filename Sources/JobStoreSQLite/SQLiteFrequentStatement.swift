/// The statements that the life of every job runs.
///
/// They are found by their place; all others by their text, which costs as much as a small statement itself.
enum SQLiteFrequentStatement: Int, CaseIterable {
    case insertToken, insertPlainJob, insertSpec, readyJobs, updateState, beginAttempt, endAttempt, findDependant

    var sql: String {
        switch self {
        case .insertToken: "INSERT INTO token (uid, token, job) VALUES (?, ?, ?)"
        case .insertPlainJob: SQLiteJobTransaction.insertPlainJob
        case .insertSpec: SQLiteJobTransaction.insertSpec
        case .readyJobs: SQLiteJobTransaction.readyJobs
        case .updateState: SQLiteJobTransaction.updateState
        case .beginAttempt: "INSERT INTO attempt (job, number, node, claimed) VALUES (?, ?, ?, ?)"
        case .endAttempt: SQLiteJobTransaction.endAttempt
        case .findDependant: "SELECT 1 FROM dependency WHERE other = ? AND open = 1 LIMIT 1"
        }
    }
}
