import Jobs
import Threading

/// The worker threads of a queue, and the claims on their way to them.
final class Lane: Sendable {
    private let name: QueueName
    /// Never more claims than there are workers without one.
    private let orders = Queue<Order>()
    private let workers = Monitor(Workers())

    private struct Workers {
        /// What each thread runs; `nil` before the start and after the end.
        var body: (@Sendable () -> Void)?
        var threads: [DaemonThread] = []
        /// Those that have not been told to retire.
        var count = 0
        var lastNumber = 0
    }

    private enum Order {
        case run(Claim)
        /// There are more workers than the queue may have: one of them ends.
        case retire
    }

    init(name: QueueName) {
        self.name = name
    }

    /// Starts the first worker threads; each of them, and of those that come later, runs `body`.
    func start(_ count: Int, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        workers.withLock { $0.body = body }
        try grow(to: count)
    }

    /// Starts worker threads until there are so many.
    func grow(to count: Int) throws(ThreadError) {
        while let (number, body) = nextWorker(upTo: count) {
            do {
                let thread = try DaemonThread(name: "w:\(name):\(number)", body)
                workers.withLock { workers in
                    workers.threads.removeAll { $0.join(until: .now) }
                    workers.threads.append(thread)
                }
            } catch {
                workers.withLock { $0.count -= 1 }
                throw error
            }
        }
    }

    private func nextWorker(upTo count: Int) -> (number: Int, body: @Sendable () -> Void)? {
        workers.withLock { workers in
            guard let body = workers.body, workers.count < count else { return nil }
            workers.count += 1
            workers.lastNumber += 1
            return (workers.lastNumber, body)
        }
    }

    /// Sees to it that there are so many workers, now that it is stored.
    func resize(to count: Int) {
        shrink(to: count)
        // Those that are missing were there when they were asked for, and another setting ended them in between. Where
        // the system has no thread left, claims wait for a worker.
        try? grow(to: count)
    }

    /// Ends workers that are idle, or become so, until there are no more than so many.
    private func shrink(to count: Int) {
        let surplus = workers.withLock { workers -> Int in
            let surplus = max(0, workers.count - count)
            workers.count -= surplus
            return surplus
        }
        for _ in 0..<surplus { put(.retire) }
    }

    /// Hands a claim to the next free worker.
    func run(_ claim: Claim) { put(.run(claim)) }

    /// What a worker is to run next; waits for it.
    ///
    /// `nil` when it is to end.
    func nextClaim() -> Claim? {
        guard case .run(let claim) = try? orders.get() else { return nil }
        return claim
    }

    /// Lets all workers end once they have nothing to do.
    func shutDown() {
        workers.withLock { $0.body = nil }
        orders.shutDown()
    }

    /// Waits for all workers to end.
    func join() {
        for thread in workers.withLock({ $0.threads }) { thread.join() }
    }

    private func put(_ order: Order) {
        do {
            try orders.put(order)
        } catch {
            // Only when the lane was shut down, after the last claim: an order now is a defect of ours.
            preconditionFailure("an order for a lane that was shut down: \(error)")
        }
    }
}
