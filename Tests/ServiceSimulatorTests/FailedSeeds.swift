/// Seeds that failed once, with what they found: a defect of the service, or a rule of the checker that was too strict.
///
/// A change of the simulation itself gives them other stories; they cost nothing, and stay.
enum FailedSeeds {
    static let all: [UInt64] = [
        // A second report of an earlier attempt's end freed the slots of the current one.
        2_448,
        // Jobs that expired within a transaction left those waiting that waited for them.
        1_024_752, 1_028_873, 1_037_670,
        // An edit of its time cost a ready job its place, and a clock that was set back gave it a better one.
        1_012_458,
        // Checker: an end in the same transaction, other defaults after a move, slots of a changed queue.
        11, 1_000_141, 1_005_001, 1_014_871, 1_026_474,
    ]
}
