/// Why the store did not do what it was asked.
package enum JobStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing was changed, for sure; the sentence says why.
    case refused(String)
    /// Whether it was stored cannot be known without reading it again after a restart.
    case outcomeUnknown(String)
    /// There was no room for it: nothing was changed, for sure, and the same may succeed later.
    case full(String)
    /// What is stored is not what was written: nothing of it may be served. The sentence says where, and what is wrong.
    case damaged(String)
    /// The file was written by a newer daemon.
    case newerSchema(found: Int, known: Int)

    package var description: String {
        switch self {
        case .refused(let reason): "storage refused: \(reason)"
        case .outcomeUnknown(let reason): "storage failed: \(reason)"
        case .full(let reason): "storage is full: \(reason)"
        case .damaged(let problem): "the store is damaged: \(problem)"
        case .newerSchema(let found, let known):
            "the store has schema \(found), and this jobd knows schemas up to \(known): run the newer jobd that wrote it"
        }
    }
}
