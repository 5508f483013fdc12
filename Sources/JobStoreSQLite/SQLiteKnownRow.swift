import Jobs

/// What a row of `job` holds that was read or written in this transaction.
///
/// An update does not tell what was there before it, and asking costs more than remembering.
struct SQLiteKnownRow {
    let place: SQLiteTally.Place
    /// Whether its rare columns are as in a plain job; false also where they were not read.
    let isPlain: Bool

    init(place: SQLiteTally.Place, isPlain: Bool) {
        self.place = place
        self.isPlain = isPlain
    }

    init(of job: Job) {
        self.init(
            place: .init(queue: job.spec.queue.text, state: SQLiteStateCode.number(of: job.state.name)),
            isPlain: SQLiteRareColumns(of: job).isNone)
    }
}
