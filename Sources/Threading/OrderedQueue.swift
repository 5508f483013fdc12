/// A queue between threads that gives back its elements in the order that its storage decides.
///
/// ``LIFOQueue`` and ``PriorityQueue`` are this type with their storages; write a ``QueueStorage`` for another order.
/// It works as ``Queue`` does, with one lock around the storage.
public final class OrderedQueue<Storage: QueueStorage>: BlockingQueue {
    /// What it holds.
    public typealias Element = Storage.Element

    @usableFromInline struct State: Sendable {
        @usableFromInline var waiting: Storage
        @usableFromInline var unfinished: Int
        @usableFromInline var isShutDown = false

        @inlinable init(waiting: Storage) {
            self.waiting = waiting
            unfinished = waiting.count
        }
    }

    @usableFromInline let state: Monitor<State>
    @usableFromInline let notEmpty = Condition()
    @usableFromInline let notFull = Condition()
    @usableFromInline let allDone = Condition()

    /// How many elements may wait at once; `nil` when there is no bound.
    public let capacity: Int?

    /// Makes a queue that holds what `storage` holds: nothing by default.
    ///
    /// - Parameters:
    ///   - capacity: how many elements may wait before a put has to; at least 1, less is a trap. `nil` for no bound.
    ///   - storage: decides the order. What is in it already counts as put.
    @inlinable public init(capacity: Int? = nil, storage: Storage = Storage()) {
        if let capacity { precondition(capacity > 0, "A queue's capacity is at least 1, not \(capacity)") }
        self.capacity = capacity
        state = Monitor(State(waiting: storage))
    }

    /// Puts an element in; waits while the queue is full.
    ///
    /// - Throws: ``QueueError/timedOut``, ``QueueError/shutDown``, ``QueueError/stopRequested``: the element is then
    ///   not in the queue.
    @inlinable public func put(_ element: consuming Element, until deadline: Deadline = .never) throws(QueueError) {
        let element = consume element
        let isIn = try state.wait(on: notFull, until: deadline) { state throws(QueueError) -> Bool? in
            guard !state.isShutDown else { throw .shutDown }
            guard self.hasRoom(state) else { return nil }
            state.waiting.insert(element)
            state.unfinished += 1
            return true
        }
        guard isIn != nil else { throw Self.reasonToGiveUp }
        notEmpty.signal()
    }

    /// Puts elements in, as many at once as there is room for; waits while the queue is full.
    ///
    /// - Throws: as ``put(_:until:)``; what went in before stays in.
    @inlinable public func put(contentsOf elements: some Sequence<Element>, until deadline: Deadline = .never)
        throws(QueueError)
    {
        var left = ArraySlice(Array(elements))
        while !left.isEmpty {
            let part = try state.wait(on: notFull, until: deadline) { [left] state throws(QueueError) -> Int? in
                guard !state.isShutDown else { throw .shutDown }
                let part = left.prefix(self.room(state))
                for element in part { state.waiting.insert(element) }
                state.unfinished += part.count
                return part.isEmpty ? nil : part.count
            }
            guard let part else { throw Self.reasonToGiveUp }
            if part == 1 { notEmpty.signal() } else { notEmpty.broadcast() }
            left = left.dropFirst(part)
        }
    }

    /// Puts an element in if there is room now.
    ///
    /// - Returns: `false` when the queue is full.
    /// - Throws: ``QueueError/shutDown`` when the queue is shut down.
    @inlinable public func tryPut(_ element: consuming Element) throws(QueueError) -> Bool {
        do {
            try put(element, until: .passed)
        } catch {
            if case .shutDown = error { throw error }
            return false
        }
        return true
    }

    /// Takes the element whose turn it is; waits while there is none.
    ///
    /// - Throws: ``QueueError/timedOut``; ``QueueError/shutDown`` when the queue is shut down and empty;
    ///   ``QueueError/stopRequested``.
    @inlinable public func get(until deadline: Deadline = .never) throws(QueueError) -> Element {
        let element = try state.wait(on: notEmpty, until: deadline) { state throws(QueueError) -> Element? in
            if let element = state.waiting.removeNext() { return element }
            if state.isShutDown { throw .shutDown }
            return nil
        }
        guard let element else { throw Self.reasonToGiveUp }
        if capacity != nil { notFull.signal() }
        return element
    }

    /// Takes up to `limit` elements at once, in order: waits for the first, then takes what is there.
    ///
    /// - Throws: as ``get(until:)``.
    @inlinable public func get(upTo limit: Int, until deadline: Deadline = .never) throws(QueueError) -> [Element] {
        precondition(limit > 0, "A batch holds at least 1 element, not \(limit)")
        let batch = try state.wait(on: notEmpty, until: deadline) { state throws(QueueError) -> [Element]? in
            var batch: [Element] = []
            batch.reserveCapacity(Swift.min(limit, state.waiting.count))
            while batch.count < limit, let element = state.waiting.removeNext() { batch.append(element) }
            if batch.isEmpty, state.isShutDown { throw .shutDown }
            return batch.isEmpty ? nil : batch
        }
        guard let batch else { throw Self.reasonToGiveUp }
        if capacity != nil { notFull.broadcast() }
        return batch
    }

    /// Takes the element whose turn it is, if there is one now.
    ///
    /// - Throws: ``QueueError/shutDown`` when the queue is shut down and empty.
    @inlinable public func tryGet() throws(QueueError) -> Element? {
        do {
            return try get(until: .passed)
        } catch {
            if case .shutDown = error { throw error }
            return nil
        }
    }

    /// Says that the work for one element is done.
    ///
    /// Whoever gets an element calls it once for it, if anybody joins.
    ///
    /// - Throws: ``QueueError/tooManyTaskDone`` when there were more calls than elements.
    @inlinable public func taskDone() throws(QueueError) {
        let left = try state.withLock { state throws(QueueError) in
            guard state.unfinished > 0 else { throw .tooManyTaskDone }
            state.unfinished -= 1
            return state.unfinished
        }
        if left == 0 { allDone.broadcast() }
    }

    /// Waits until ``taskDone()`` was called for each element ever put.
    ///
    /// - Returns: `false` when the deadline passed first, or the thread was asked to stop.
    @discardableResult public func join(until deadline: Deadline = .never) -> Bool {
        state.wait(on: allDone, until: deadline) { $0.unfinished == 0 ? true : nil } ?? false
    }

    /// Closes the queue: every put fails from now on, and gets fail once it is empty.
    ///
    /// Whoever waits is woken.
    ///
    /// - Parameter immediately: throws away what the queue still holds, and counts it as done for those who join.
    @inlinable public func shutDown(immediately: Bool = false) {
        let dropped = state.withLock { state in
            state.isShutDown = true
            guard immediately else { return Storage() }
            // Somebody may have counted more as done than was got.
            state.unfinished = Swift.max(0, state.unfinished - state.waiting.count)
            let dropped = state.waiting
            state.waiting = Storage()
            return dropped
        }
        // The elements go away here, outside the lock: their deinits are somebody else's code.
        withExtendedLifetime(dropped) {}
        notEmpty.broadcast()
        notFull.broadcast()
        allDone.broadcast()
    }

    /// How many elements wait.
    ///
    /// Another thread may have changed it by the time it is read.
    public var count: Int { state.withLock { $0.waiting.count } }

    @inlinable func room(_ state: State) -> Int { (capacity ?? .max) - state.waiting.count }
    @inlinable func hasRoom(_ state: State) -> Bool { room(state) > 0 }

    @usableFromInline static var reasonToGiveUp: QueueError { ThreadShared.isStopPending ? .stopRequested : .timedOut }
}
