/// Several futures that one thread waits for: each reports here when it is done.
final class FutureGroup<Element: AnyFuture>: Sendable {
    private struct Reports: Sendable {
        /// Those that are done and were not taken yet, in order.
        var waiting = FIFOStorage<Element>()
        var count = 0
        var hasFailure = false
    }

    private let reports = Monitor(Reports())
    private let reported = Condition()
    private let ids: Monitor<[(future: Element, id: Int)]> = Monitor([])
    private let total: Int

    init(_ futures: [Element]) {
        var seen: Set<ObjectIdentifier> = []
        let different = futures.filter { seen.insert(ObjectIdentifier($0)).inserted }
        total = different.count
        for future in different {
            let id = future.observe { [weak self, unowned future] in self?.report(future) }
            ids.withLock { $0.append((future, id)) }
        }
    }

    private func report(_ future: Element) {
        reports.withLock { reports in
            reports.waiting.insert(future)
            reports.count += 1
            reports.hasFailure = reports.hasFailure || future.isFailure
        }
        reported.signal()
    }

    /// Returns when the condition is met, the deadline has passed, or the thread was asked to stop.
    func wait(for condition: FutureWait, until deadline: Deadline) {
        _ = reports.wait(on: reported, until: deadline) { [total] reports -> Bool? in
            let isMet =
                switch condition {
                case .first: reports.count > 0
                case .firstError: reports.hasFailure
                case .all: false
                }
            return isMet || reports.count == total ? true : nil
        }
    }

    /// The next one that is done; `nil` when all were given, or the wait is over.
    func next(until deadline: Deadline) -> Element? {
        let next = reports.wait(on: reported, until: deadline) { [total] reports -> Element?? in
            if let future = reports.waiting.removeNext() { return .some(future) }
            return reports.count == total ? .some(nil) : nil
        }
        return next ?? nil
    }

    /// Takes back what was left with futures that are not done, which may live long.
    func forget() {
        for (future, id) in ids.withLock({ $0 }) { future.forget(id) }
    }
}
