import Testing
import Threading

@Suite("OrderedQueue") struct OrderedQueueTests {
    struct Task: Comparable, Sendable {
        let urgency: Int
        let name: String
        static func < (left: Task, right: Task) -> Bool { left.urgency < right.urgency }
        static func == (left: Task, right: Task) -> Bool { left.urgency == right.urgency }
    }

    @Test("a LIFO queue gives the latest first") func lifo() throws {
        let queue = LIFOQueue<Int>()
        try queue.put(contentsOf: [1, 2, 3])
        #expect(try queue.get(upTo: 2) == [3, 2])
        try queue.put(4)
        #expect(try queue.get() == 4)
        #expect(try queue.get() == 1)
        #expect(queue.isEmpty)
    }

    @Test("a priority queue gives the least first, whatever the order of arrival") func priority() throws {
        var random = SystemRandomNumberGenerator()
        let queue = PriorityQueue<Int>()
        for element in (0..<500).shuffled(using: &random) { try queue.put(element) }
        #expect(try queue.get(upTo: 500) == Array(0..<500))
    }

    @Test("equal elements of a priority queue keep their order") func stable() throws {
        let queue = PriorityQueue<Task>()
        for number in 0..<100 { try queue.put(Task(urgency: number % 3, name: "\(number)")) }
        var last = (urgency: -1, number: -1)
        for _ in 0..<100 {
            let task = try queue.get()
            let number = try #require(Int(task.name))
            #expect((last.urgency, last.number) < (task.urgency, number))
            last = (task.urgency, number)
        }
    }

    @Test("a full one refuses, waits, and takes again once there is room") func full() throws {
        let queue = LIFOQueue<Int>(capacity: 2)
        #expect(try queue.tryPut(1))
        #expect(try queue.tryPut(2))
        #expect(queue.isFull)
        #expect(try !queue.tryPut(3))
        #expect(throws: QueueError.timedOut) { try queue.put(3, until: .briefly) }
        try concurrently([{ try? queue.put(3, until: .minute) }, { _ = try? queue.get(until: .minute) }])
        #expect(queue.count == 2)
    }

    @Test("an empty one gives nil, or times out") func empty() throws {
        let queue = PriorityQueue<Int>(capacity: 3)
        #expect(try queue.tryGet() == nil)
        #expect(throws: QueueError.timedOut) { try queue.get(until: .briefly) }
        #expect(throws: QueueError.timedOut) { try queue.get(upTo: 2, until: .briefly) }
    }

    @Test("a batch larger than the capacity goes in by and by") func batch() throws {
        let queue = PriorityQueue<Int>(capacity: 4)
        try concurrently([
            { try? queue.put(contentsOf: 0..<200, until: .minute) },
            {
                var all: [Int] = []
                while all.count < 200, let some = try? queue.get(upTo: 3, until: .minute) { all += some }
                #expect(all.sorted() == Array(0..<200))
            },
        ])
    }

    @Test("join and taskDone count as in Queue") func join() throws {
        let queue = LIFOQueue<Int>()
        try queue.put(1)
        #expect(!queue.join(until: .briefly))
        _ = try queue.get()
        try concurrently([{ #expect(queue.join(until: .minute)) }, { try? queue.taskDone() }])
        #expect(throws: QueueError.tooManyTaskDone) { try queue.taskDone() }
    }

    @Test("shutting down drains, then fails; immediately empties and frees joiners") func shutDown() throws {
        let drained = PriorityQueue<Int>()
        try drained.put(contentsOf: [2, 1])
        drained.shutDown()
        #expect(throws: QueueError.shutDown) { try drained.put(3) }
        #expect(throws: QueueError.shutDown) { _ = try drained.tryPut(3) }
        #expect(Array(drained) == [1, 2])
        #expect(throws: QueueError.shutDown) { try drained.get() }
        #expect(throws: QueueError.shutDown) { _ = try drained.tryGet() }
        #expect(throws: QueueError.shutDown) { try drained.get(upTo: 2) }

        let emptied = LIFOQueue<Int>()
        try emptied.put(contentsOf: [1, 2])
        try concurrently([{ #expect(emptied.join(until: .minute)) }, { emptied.shutDown(immediately: true) }])
        #expect(throws: QueueError.shutDown) { try emptied.get() }
    }

    @Test("a storage of one's own decides the order") func ownOrder() throws {
        struct Unique: QueueStorage {
            private var elements: [Int] = []
            var count: Int { elements.count }
            mutating func insert(_ element: consuming Int) {
                if !elements.contains(element) { elements.append(element) }
            }
            mutating func removeNext() -> Int? { elements.isEmpty ? nil : elements.removeFirst() }
        }
        let queue = OrderedQueue<Unique>()
        try queue.put(contentsOf: [1, 2, 1, 3])
        queue.shutDown()
        #expect(Array(queue) == [1, 2, 3])
    }

    @Test("many threads lose and double nothing") func manyToMany() throws {
        let queue = PriorityQueue<Int>(capacity: 8)
        let sum = Monitor(0)
        let put: @Sendable () -> Void = { for number in 1...1_000 { try? queue.put(number, until: .minute) } }
        let get: @Sendable () -> Void = {
            var mine = 0
            for _ in 0..<1_000 { mine += (try? queue.get(until: .minute)) ?? 0 }
            sum.withLock { [mine] in $0 += mine }
        }
        try concurrently([put, put, put, get, get, get])
        #expect(sum.withLock { $0 } == 3 * 500_500)
    }

    @Test("a capacity below 1 is a trap") func badCapacity() async {
        await #expect(processExitsWith: .failure) { _ = LIFOQueue<Int>(capacity: 0) }
    }
}
