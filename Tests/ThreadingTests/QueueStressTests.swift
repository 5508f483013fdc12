import Foundation
import Testing
import Threading

/// Small queues and many threads in random mixes: what goes in comes out, once.
@Suite("Queue under random schedules") struct QueueStressTests {
    struct Mix: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        var testDescription: String { "seed \(seed)" }

        /// A dozen by default.
        ///
        /// `THREADING_SEEDS=500 THREADING_FIRST_SEED=1000` runs that many others.
        static let all: [Mix] = {
            let environment = ProcessInfo.processInfo.environment
            let first = environment["THREADING_FIRST_SEED"].flatMap { UInt64($0) } ?? 1
            let count = environment["THREADING_SEEDS"].flatMap { UInt64($0) } ?? 12
            return (first..<first + count).map { Mix(seed: $0) }
        }()
    }

    /// A small generator whose runs can be repeated from their seed (SplitMix64).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test("all ways of putting and getting at once", arguments: Mix.all)
    func mixed(mix: Mix) throws {
        var random = Seeded(state: mix.seed)
        let capacity = [1, 2, 3, 5, 64, nil].randomElement(using: &random) ?? nil
        let queue = Queue<Int>(capacity: capacity)
        let producers = Int.random(in: 1...4, using: &random)
        let consumers = Int.random(in: 1...4, using: &random)
        let each = 2_000
        let left = Monitor(producers)
        let total = Monitor((count: 0, sum: 0))
        var bodies: [@Sendable () -> Void] = []
        for producer in 0..<producers {
            let seed = random.next()
            bodies.append {
                Self.produce(each, from: producer * each, seed: seed, into: queue)
                if left.withLock({
                    $0 -= 1; return $0
                }) == 0 {
                    queue.shutDown()
                }
            }
        }
        for _ in 0..<consumers {
            let seed = random.next()
            bodies.append {
                let (count, sum) = Self.consume(seed: seed, from: queue)
                total.withLock { $0 = ($0.count + count, $0.sum + sum) }
            }
        }
        try concurrently(bodies + [{ #expect(queue.join(until: .minute)) }])
        let count = producers * each
        #expect(total.withLock { $0.count } == count)
        #expect(total.withLock { $0.sum } == count * (count - 1) / 2)
        #expect(queue.isEmpty)
    }

    private static func produce(_ count: Int, from first: Int, seed: UInt64, into queue: Queue<Int>) {
        var random = Seeded(state: seed)
        var next = first
        let end = first + count
        while next < end {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                if (try? queue.tryPut(next)) == true { next += 1 }
            case 1:
                if (try? queue.put(next, until: .after(.microseconds(50)))) != nil { next += 1 }
            case 2:
                let part = min(Int.random(in: 1...20, using: &random), end - next)
                try? queue.put(contentsOf: next..<next + part)
                next += part
            default:
                try? queue.put(next)
                next += 1
            }
        }
    }

    private static func consume(seed: UInt64, from queue: Queue<Int>) -> (count: Int, sum: Int) {
        var random = Seeded(state: seed)
        var count = 0
        var sum = 0
        func take(_ element: Int) {
            count += 1
            sum += element
            try? queue.taskDone()
        }
        while true {
            do {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: if let element = try queue.tryGet() { take(element) }
                case 1: take(try queue.get(until: .after(.microseconds(50))))
                case 2: for element in try queue.get(upTo: Int.random(in: 1...20, using: &random)) { take(element) }
                default: take(try queue.get())
                }
            } catch QueueError.timedOut {
                continue
            } catch {
                return (count, sum)
            }
        }
    }

    @Test("shutting down at once in the middle leaves nobody waiting", arguments: Mix.all)
    func shutDownImmediately(mix: Mix) throws {
        var random = Seeded(state: mix.seed)
        let queue = Queue<Int>(capacity: [1, 4, nil].randomElement(using: &random) ?? nil)
        let started = CountDownLatch(count: 4)
        let loop: @Sendable (() throws -> Void) -> Void = { body in
            started.countDown()
            while (try? body()) != nil {}
        }
        try concurrently([
            { loop { try queue.put(1) } },
            { loop { try queue.put(contentsOf: [1, 2, 3]) } },
            {
                loop {
                    _ = try queue.get(); try queue.taskDone()
                }
            },
            { loop { for _ in try queue.get(upTo: 5) { try queue.taskDone() } } },
            {
                started.wait(until: .minute)
                queue.shutDown(immediately: true)
                #expect(queue.join(until: .minute))
            },
        ])
        #expect(queue.isEmpty)
    }

    @Test("elements left in a queue go away with it", arguments: [3, 100, nil]) func leftovers(capacity: Int?) throws {
        final class Counted: Sendable {
            let alive: Monitor<Int>
            init(_ alive: Monitor<Int>) {
                self.alive = alive
                alive.withLock { $0 += 1 }
            }
            deinit { alive.withLock { $0 -= 1 } }
        }
        let alive = Monitor(0)
        do {
            let queue = Queue<Counted>(capacity: capacity)
            for _ in 0..<3 { try queue.put(Counted(alive)) }
            _ = try queue.get()
            #expect(alive.withLock { $0 } == 2)
        }
        #expect(alive.withLock { $0 } == 0)
    }

    @Test("a queue without a bound grows over many rings and keeps its order") func growth() throws {
        let queue = Queue<Int>()
        for element in 0..<10_000 { try queue.put(element) }
        #expect(queue.count == 10_000)
        for element in 0..<5_000 { #expect(try queue.get() == element) }
        for element in 10_000..<40_000 { try queue.put(element) }
        #expect(try queue.get(upTo: 100_000).first == 5_000)
        queue.shutDown(immediately: true)
        #expect(queue.isEmpty)
    }

    @Test("a large capacity is kept exactly") func largeCapacity() throws {
        let queue = Queue<Int>(capacity: 20_000)
        for element in 0..<20_000 { #expect(try queue.tryPut(element)) }
        #expect(queue.isFull)
        #expect(try !queue.tryPut(0))
        #expect(throws: QueueError.timedOut) { try queue.put(0, until: .briefly) }
        #expect(try queue.get() == 0)
        #expect(try queue.tryPut(20_000))
        #expect(try !queue.tryPut(0))
        try concurrently([{ try? queue.put(20_001, until: .minute) }, { _ = try? queue.get() }])
        #expect(queue.count == 20_000)
    }
}
