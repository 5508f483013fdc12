extension ThreadPoolExecutor {
    /// Has `body` run for each item, and gives the results in the items' order.
    ///
    /// ```swift
    /// for result in try pool.map(addresses, buffer: 100, { try fetch($0) }) {
    ///     switch result { … }                       // an error for each item that failed
    /// }
    /// let pages = try pool.map(addresses) { try fetch($0) }.map { try $0.get() }   // or the first error
    /// ```
    ///
    /// When the sequence goes away before its end, what has not begun by then is cancelled.
    ///
    /// - Parameters:
    ///   - items: what to work on. With a `buffer`, items are only drawn as results are taken.
    ///   - chunk: how many items make one piece of work: more than 1 saves time when `body` takes only microseconds. A
    ///     chunk's results come when all of it is done.
    ///   - buffer: how many chunks may be submitted whose results have not been taken; at least 1. `nil` submits all at
    ///     once.
    ///   - deadline: how long results are waited for. Then each one that is missing is ``FutureError/timedOut``.
    ///   - body: the work on one item.
    /// - Throws: as ``submit(until:_:)``. With a `buffer`, later submissions that fail appear as failed results.
    @inlinable public func map<Items: Sequence, R: Sendable>(
        _ items: Items, chunk: Int = 1, buffer: Int? = nil, until deadline: Deadline = .never,
        _ body: @escaping @Sendable (Items.Element) throws -> R
    ) throws -> MappedResults<Items, R> where Items.Element: Sendable {
        precondition(chunk > 0, "A chunk holds at least 1 item, not \(chunk)")
        if let buffer { precondition(buffer > 0, "A buffer holds at least 1 chunk, not \(buffer)") }
        let results = MappedResults(
            pool: self, items: items.makeIterator(), chunk: chunk, deadline: deadline, of: Items.self, body)
        try results.fill(buffer ?? .max)
        return results
    }
}
