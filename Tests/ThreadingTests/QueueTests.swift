import Testing
import Threading

@Suite("Queue") struct QueueTests {
    @Test("elements come out in the order in which they went in") func order() throws {
        let queue = Queue<Int>()
        for element in 0..<100 { try queue.put(element) }
        #expect(queue.count == 100)
        for element in 0..<100 { #expect(try queue.get() == element) }
        #expect(queue.isEmpty)
    }

    @Test("a full queue refuses, times out, and takes again once there is room") func full() throws {
        let queue = Queue<Int>(capacity: 2)
        #expect(try queue.tryPut(1))
        #expect(!queue.isFull)
        #expect(try queue.tryPut(2))
        #expect(queue.isFull)
        #expect(try !queue.tryPut(3))
        #expect(throws: QueueError.timedOut) { try queue.put(3, until: .briefly) }
        #expect(try queue.get() == 1)
        try queue.put(3)
        #expect(try queue.get(upTo: 5) == [2, 3])
    }

    @Test("an empty queue gives nil, or times out") func empty() throws {
        let queue = Queue<Int>()
        #expect(try queue.tryGet() == nil)
        #expect(throws: QueueError.timedOut) { try queue.get(until: .briefly) }
        #expect(throws: QueueError.timedOut) { try queue.get(upTo: 3, until: .briefly) }
    }

    @Test("a put waits for a get, and a get for a put", arguments: [1, 2, 1000]) func blocking(capacity: Int) throws {
        let queue = Queue<Int>(capacity: capacity)
        try concurrently([
            { for element in 0..<5_000 { try? queue.put(element, until: .minute) } },
            { for element in 0..<5_000 { #expect((try? queue.get(until: .minute)) == element) } },
        ])
    }

    @Test("with many producers and consumers nothing is lost, doubled or out of order", arguments: [1, 7, 64, nil])
    func manyToMany(capacity: Int?) throws {
        let queue = Queue<(producer: Int, number: Int)>(capacity: capacity)
        let received = Monitor([[Int]](repeating: [], count: 12))
        let each = 3_000
        let producers: [@Sendable () -> Void] = (0..<3).map { producer in
            { for number in 0..<each { try? queue.put((producer, number), until: .minute) } }
        }
        let consumers: [@Sendable () -> Void] = (0..<3).map { consumer in
            {
                var mine = [[Int]](repeating: [], count: 3)
                for _ in 0..<each {
                    guard let (producer, number) = try? queue.get(until: .minute) else { return }
                    mine[producer].append(number)
                }
                // What one consumer sees of one producer must be in that producer's order.
                for numbers in mine { #expect(numbers == numbers.sorted()) }
                received.withLock { [mine] all in for producer in 0..<3 { all[producer] += mine[producer] } }
            }
        }
        try concurrently(producers + consumers)
        for producer in 0..<3 { #expect(received.withLock { $0[producer].sorted() } == Array(0..<each)) }
        #expect(queue.isEmpty)
    }

    @Test("a batch goes in whole, also through a smaller queue") func batch() throws {
        let queue = Queue<Int>(capacity: 10)
        try concurrently([
            { try? queue.put(contentsOf: 0..<1_000, until: .minute) },
            {
                var all: [Int] = []
                while all.count < 1_000, let some = try? queue.get(upTo: 64, until: .minute) {
                    #expect((1...64).contains(some.count))
                    all += some
                }
                #expect(all == Array(0..<1_000))
            },
        ])
    }

    @Test("join waits until each element is done") func join() throws {
        let queue = Queue<Int>()
        #expect(queue.join(until: .now))
        try queue.put(contentsOf: [1, 2])
        _ = try queue.get()
        _ = try queue.get()
        try queue.taskDone()
        #expect(!queue.join(until: .briefly))
        try concurrently([{ #expect(queue.join(until: .minute)) }, { try? queue.taskDone() }])
        #expect(throws: QueueError.tooManyTaskDone) { try queue.taskDone() }
    }

    @Test("a shut down queue refuses puts, gives what it holds, then fails") func shutDown() throws {
        let queue = Queue<Int>()
        try queue.put(contentsOf: [1, 2])
        queue.shutDown()
        #expect(throws: QueueError.shutDown) { try queue.put(3) }
        #expect(throws: QueueError.shutDown) { _ = try queue.tryPut(3) }
        #expect(try queue.get() == 1)
        #expect(try queue.tryGet() == 2)
        #expect(throws: QueueError.shutDown) { try queue.get() }
        #expect(throws: QueueError.shutDown) { _ = try queue.tryGet() }
        #expect(throws: QueueError.shutDown) { try queue.get(upTo: 2) }
    }

    @Test("shutting down immediately empties the queue and frees those who join") func shutDownImmediately() throws {
        let queue = Queue<Int>()
        try queue.put(contentsOf: 0..<10)
        try concurrently([{ #expect(queue.join(until: .minute)) }, { queue.shutDown(immediately: true) }])
        #expect(queue.isEmpty)
        #expect(throws: QueueError.shutDown) { try queue.get() }
    }

    @Test("shutting down wakes those who wait to put and to get") func shutDownWakes() throws {
        let empty = Queue<Int>()
        let full = Queue<Int>(capacity: 1)
        try full.put(0)
        try concurrently([
            { #expect(throws: QueueError.shutDown) { try empty.get(until: .minute) } },
            { #expect(throws: QueueError.shutDown) { try full.put(1, until: .minute) } },
            {
                empty.shutDown()
                full.shutDown()
            },
        ])
    }

    @Test("a capacity below 1 is a trap") func badCapacity() async {
        await #expect(processExitsWith: .failure) { _ = Queue<Int>(capacity: 0) }
        await #expect(processExitsWith: .failure) { _ = Queue<Int>(capacity: -1) }
    }

    @Test("iterating gives all elements and ends with the shut-down") func iteration() throws {
        let queue = Queue<Int>()
        try concurrently([
            {
                try? queue.put(contentsOf: 0..<100)
                queue.shutDown()
            },
            { #expect(Array(queue) == Array(0..<100)) },
        ])
    }

    @Test("shutting down twice changes nothing, but immediately still empties") func shutDownTwice() throws {
        let queue = Queue<Int>()
        try queue.put(1)
        queue.shutDown()
        queue.shutDown()
        #expect(queue.count == 1)
        queue.shutDown(immediately: true)
        #expect(throws: QueueError.shutDown) { try queue.get() }
        queue.shutDown()
        #expect(queue.isEmpty)
    }
}
