/// Takes elements from a queue until it is shut down and empty, or the thread is asked to stop.
public struct QueueIterator<Source: BlockingQueue>: IteratorProtocol {
    @usableFromInline let queue: Source

    @usableFromInline init(queue: Source) { self.queue = queue }

    /// The next element; waits for it.
    ///
    /// `nil` when none will come.
    @inlinable public func next() -> Source.Element? {
        do {
            return try queue.get(until: .never)
        } catch {
            // Without a deadline there are two errors, shutDown and stopRequested, and both end the iteration.
            return nil
        }
    }
}
