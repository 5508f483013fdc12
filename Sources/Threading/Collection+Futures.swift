extension Collection where Element: AnyFuture {
    /// Waits for several futures at once.
    ///
    /// - Parameters:
    ///   - condition: when the wait is over. With no futures at all it is over at once.
    ///   - deadline: when to give up. What was done by then is in the answer all the same.
    /// - Returns: those that are done and those that are not, each in the collection's order.
    public func wait(
        for condition: FutureWait, until deadline: Deadline = .never
    ) -> (done: [Element], pending: [Element]) {
        let group = FutureGroup(Array(self))
        group.wait(for: condition, until: deadline)
        group.forget()
        var result: (done: [Element], pending: [Element]) = ([], [])
        for future in self {
            if future.isDone { result.done.append(future) } else { result.pending.append(future) }
        }
        return result
    }

    /// Gives the futures in the order in which they come to their end: those that are done at once.
    ///
    /// A future that is in the collection twice is given once.
    ///
    /// ```swift
    /// for future in futures.asCompleted(until: .after(.seconds(10))) {
    ///     print(try future.result())
    /// }
    /// ```
    ///
    /// - Parameter deadline: when to give up: the sequence then ends, and the futures that it has not given are those
    ///   that are not done.
    public func asCompleted(until deadline: Deadline = .never) -> CompletedFutures<Element> {
        CompletedFutures(Array(self), until: deadline)
    }
}
