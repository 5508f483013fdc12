/// When waiting for several futures is over.
public enum FutureWait: Sendable, Hashable {
    /// When the first is done, in whatever way.
    case first
    /// When the first has failed or was cancelled; when none does, as ``all``.
    case firstError
    /// When all are done.
    case all
}
