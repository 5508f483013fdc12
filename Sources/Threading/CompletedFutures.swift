/// Futures in the order in which they come to their end.
///
/// Made by `asCompleted(until:)`.
public struct CompletedFutures<Element: AnyFuture>: Sequence, IteratorProtocol {
    private final class Watch {
        let group: FutureGroup<Element>

        init(_ futures: [Element]) { group = FutureGroup(futures) }

        deinit { group.forget() }
    }

    private let watch: Watch
    private let deadline: Deadline

    init(_ futures: [Element], until deadline: Deadline) {
        watch = Watch(futures)
        self.deadline = deadline
    }

    /// The next future that is done, waiting for it; `nil` when there is none left, the deadline has passed, or the
    /// thread was asked to stop.
    public mutating func next() -> Element? { watch.group.next(until: deadline) }
}
