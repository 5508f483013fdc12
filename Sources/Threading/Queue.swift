/// A first-in, first-out queue between threads: some put, some get, each waits for the other when it has to.
///
/// ```swift
/// let orders = Queue<Order>(capacity: 100)
/// // any number of producers:
/// try orders.put(order)              // waits while 100 are waiting already
/// // any number of consumers:
/// for order in orders {
///     process(order)
///     try orders.taskDone()
/// }
/// // somebody who wants to know when all is done:
/// orders.join()
/// orders.shutDown()                  // ends the consumers' loops
/// ```
///
/// Putting and getting take no lock and no system call while there is room and something to get, and never allocate
/// memory in a queue with a capacity (of up to 16,384). A thread that finds the queue full or empty looks again for a
/// few microseconds before it sleeps; an idle queue costs nothing.
public final class Queue<Element: Sendable>: BlockingQueue {
    @usableFromInline let core: QueueCore

    /// How many elements may wait at once; `nil` when there is no bound.
    public var capacity: Int? { core.capacity }

    /// Makes an empty queue.
    ///
    /// - Parameter capacity: how many elements may wait before a put has to; at least 1, less is a trap. `nil` for no
    ///   bound: then memory grows with the longest backlog, and is given back when the queue goes away.
    public init(capacity: Int? = nil) {
        if let capacity { precondition(capacity > 0, "A queue's capacity is at least 1, not \(capacity)") }
        core = QueueCore(
            capacity: capacity, elementSize: MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    }

    deinit { while drop() {} }

    // MARK: Putting

    /// Puts an element at the end; waits while the queue is full.
    ///
    /// - Throws: ``QueueError/timedOut`` when it stayed full until the deadline, ``QueueError/shutDown`` when the
    ///   queue is shut down, also while waiting, ``QueueError/stopRequested`` when the thread was asked to stop. The
    ///   element is then not in the queue.
    @inlinable public func put(_ element: consuming Element, until deadline: Deadline = .never) throws(QueueError) {
        fill(try core.claimPut(until: deadline), with: element)
    }

    /// Puts elements at the end, in order and as many at once as there is room for; waits while the queue is full.
    ///
    /// Threads that wait for elements are woken once for each part that goes in. Other producers' elements may come
    /// between two parts.
    ///
    /// - Throws: as ``put(_:until:)``; what went in before stays in.
    @inlinable public func put(contentsOf elements: some Sequence<Element>, until deadline: Deadline = .never)
        throws(QueueError)
    {
        let elements = ContiguousArray(elements)
        var index = 0
        while index < elements.count {
            let place = try core.claimPutSlowly(upTo: elements.count - index, until: deadline)
            for offset in 0..<place.count {
                let position = place.position + UInt(offset)
                unsafe Self.cell(place.ring, position).initialize(to: elements[index + offset])
                unsafe place.ring.pointee.publishPut(position)
            }
            core.didPut(place.count)
            index += place.count
        }
    }

    /// Puts an element at the end if there is room now.
    ///
    /// - Returns: `false` when the queue is full.
    /// - Throws: ``QueueError/shutDown`` when the queue is shut down.
    @inlinable public func tryPut(_ element: consuming Element) throws(QueueError) -> Bool {
        do {
            fill(try core.claimPut(until: .passed), with: element)
        } catch {
            if case .shutDown = error { throw error }
            return false
        }
        return true
    }

    // MARK: Getting

    /// Takes the element that has waited longest; waits while there is none.
    ///
    /// - Throws: ``QueueError/timedOut`` when none came before the deadline, ``QueueError/shutDown`` when the queue is
    ///   shut down and empty, ``QueueError/stopRequested`` when the thread was asked to stop.
    @inlinable public func get(until deadline: Deadline = .never) throws(QueueError) -> Element {
        take(try core.claimGet(until: deadline))
    }

    /// Takes up to `limit` elements at once: waits for the first, then takes what is there.
    ///
    /// - Throws: as ``get(until:)``.
    @inlinable public func get(upTo limit: Int, until deadline: Deadline = .never) throws(QueueError) -> [Element] {
        precondition(limit > 0, "A batch holds at least 1 element, not \(limit)")
        let place = try core.claimGetSlowly(upTo: limit, until: deadline)
        var batch: [Element] = []
        batch.reserveCapacity(place.count)
        for position in place.position..<place.position + UInt(place.count) {
            batch.append(unsafe Self.cell(place.ring, position).move())
            unsafe place.ring.pointee.publishGet(position)
        }
        core.didGet(place.count)
        return batch
    }

    /// Takes the element that has waited longest, if there is one now.
    ///
    /// - Throws: ``QueueError/shutDown`` when the queue is shut down and empty.
    @inlinable public func tryGet() throws(QueueError) -> Element? {
        do {
            return take(try core.claimGet(until: .passed))
        } catch {
            if case .shutDown = error { throw error }
            return nil
        }
    }

    // MARK: Finishing

    /// Says that the work for one element is done.
    ///
    /// Whoever gets an element calls it once for it, if anybody joins.
    ///
    /// - Throws: ``QueueError/tooManyTaskDone`` when there were more calls than elements.
    public func taskDone() throws(QueueError) { try core.markDone() }

    /// Waits until ``taskDone()`` was called for each element ever put.
    ///
    /// - Returns: `false` when the deadline passed first, or the thread was asked to stop.
    @discardableResult public func join(until deadline: Deadline = .never) -> Bool { core.join(until: deadline) }

    /// Closes the queue: every put fails from now on, and gets fail once it is empty.
    ///
    /// Whoever waits is woken.
    ///
    /// - Parameter immediately: throws away what the queue still holds, and counts it as done for those who join.
    public func shutDown(immediately: Bool = false) {
        core.shutDown()
        guard immediately else { return }
        // What is dropped was put and not yet counted as done, unless somebody counted wrongly: then there is nothing
        // left to count.
        while drop() { try? core.markDone() }
    }

    /// How many elements wait.
    ///
    /// Another thread may have changed it by the time it is read.
    public var count: Int { core.count }

    // MARK: Cells

    @inlinable func fill(_ place: QueueCore.Place, with element: consuming Element) {
        unsafe Self.cell(place.ring, place.position).initialize(to: element)
        unsafe place.ring.pointee.publishPut(place.position)
        core.didPut(1)
    }

    @inlinable func take(_ place: QueueCore.Place) -> Element {
        let element = unsafe Self.cell(place.ring, place.position).move()
        unsafe place.ring.pointee.publishGet(place.position)
        core.didGet(1)
        return element
    }

    @inlinable static func cell(_ ring: UnsafeMutablePointer<Ring>, _ position: UInt) -> UnsafeMutablePointer<Element> {
        unsafe ring.pointee.elements.assumingMemoryBound(to: Element.self) + ring.pointee.cell(of: position)
    }

    /// Takes the oldest element and lets it go.
    ///
    /// `false` when there is none.
    private func drop() -> Bool {
        guard let place = try? core.claimGet(until: .passed) else { return false }
        _ = take(place)
        return true
    }
}
