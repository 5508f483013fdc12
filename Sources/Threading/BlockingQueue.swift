/// What all queues can do: hand elements from threads that put to threads that get, and let each wait for the other.
///
/// As a sequence a queue gives its elements to whoever iterates, waiting for the next one, and ends when it is shut
/// down and empty (or the thread is asked to stop). Several threads may iterate at once; each element goes to one.
///
/// ```swift
/// for order in orders {
///     process(order)
///     try orders.taskDone()
/// }
/// ```
public protocol BlockingQueue<Element>: AnyObject, Sendable, Sequence where Element: Sendable {
    /// How many elements may wait; `nil` when there is no bound.
    var capacity: Int? { get }

    /// How many elements wait.
    ///
    /// Another thread may have changed it by the time it is read.
    var count: Int { get }

    /// Puts an element in; waits while the queue is full.
    ///
    /// - Throws: ``QueueError/timedOut`` when it stayed full until the deadline, ``QueueError/shutDown`` when it is
    ///   shut down, also while waiting, ``QueueError/stopRequested`` when the thread was asked to stop. The element is
    ///   then not in the queue.
    func put(_ element: consuming Element, until deadline: Deadline) throws(QueueError)

    /// Puts elements in, in order and as many at once as there is room for; waits while the queue is full.
    ///
    /// Other threads' elements may come between two parts. Threads that wait for elements are woken once for each part.
    ///
    /// - Throws: as ``put(_:until:)``; what went in before stays in.
    func put(contentsOf elements: some Sequence<Element>, until deadline: Deadline) throws(QueueError)

    /// Puts an element in if there is room now.
    ///
    /// - Returns: `false` when the queue is full.
    /// - Throws: ``QueueError/shutDown``.
    func tryPut(_ element: consuming Element) throws(QueueError) -> Bool

    /// Takes the element whose turn it is; waits while there is none.
    ///
    /// - Throws: ``QueueError/timedOut`` when none came before the deadline, ``QueueError/shutDown`` when the queue is
    ///   shut down and empty, ``QueueError/stopRequested`` when the thread was asked to stop.
    func get(until deadline: Deadline) throws(QueueError) -> Element

    /// Takes up to `limit` elements at once: waits for the first, then takes what is there.
    ///
    /// - Throws: as ``get(until:)``.
    func get(upTo limit: Int, until deadline: Deadline) throws(QueueError) -> [Element]

    /// Takes the element whose turn it is, if there is one now.
    ///
    /// - Throws: ``QueueError/shutDown`` when the queue is shut down and empty.
    func tryGet() throws(QueueError) -> Element?

    /// Says that the work for one element is done.
    ///
    /// - Throws: ``QueueError/tooManyTaskDone`` when there were more calls than elements.
    func taskDone() throws(QueueError)

    /// Waits until ``taskDone()`` was called for each element ever put.
    ///
    /// - Returns: `false` when the deadline passed first, or the thread was asked to stop.
    func join(until deadline: Deadline) -> Bool

    /// Closes the queue: every put fails from now on, and gets fail once it is empty.
    ///
    /// Whoever waits is woken.
    ///
    /// - Parameter immediately: throws away what the queue still holds, and counts it as done for those who join.
    func shutDown(immediately: Bool)
}

extension BlockingQueue {
    /// Whether no element waits.
    public var isEmpty: Bool { count == 0 }

    /// Whether a put would have to wait.
    public var isFull: Bool { capacity.map { count >= $0 } ?? false }

    /// Iterates over the elements that this thread gets, until the queue is shut down.
    @inlinable public func makeIterator() -> QueueIterator<Self> { QueueIterator(queue: self) }
}
