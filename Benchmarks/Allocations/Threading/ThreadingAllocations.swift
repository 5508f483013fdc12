import AllocationCounter
import Glibc
import Threading

/// How often single calls ask for memory, once things have settled: `swift run -c release threading-allocations`.
///
/// Prints a table; the exit code is 1 when one asks more often than it may.
@main struct ThreadingAllocations {
    private static let rounds: UInt = 100_000
    private var isWithinLimits = true

    static func main() throws {
        precondition(isCounting(), "Allocations are not counted in this program")
        var allocations = ThreadingAllocations()
        try allocations.queues()
        try allocations.futures()
        exit(allocations.isWithinLimits ? 0 : 1)
    }

    /// Counts what `body` asks for, on all threads.
    ///
    /// - Parameter limit: how many times each run may.
    private mutating func measure(_ name: String, limit: UInt, _ body: () throws -> Void) rethrows {
        for _ in 0..<1_000 { try body() }
        let before = allocation_count()
        for _ in 0..<Self.rounds { try body() }
        let count = allocation_count() - before
        let isWithin = count <= limit * Self.rounds
        print("\(isWithin ? "ok" : "TOO MANY"): \(name): \(count) in \(Self.rounds) runs, at most \(limit) each")
        if !isWithin { isWithinLimits = false }
    }

    private static func isCounting() -> Bool {
        let before = allocation_count()
        withExtendedLifetime(Monitor(0)) {}
        return allocation_count() > before
    }

    private mutating func queues() throws {
        let bounded = Queue<Int>(capacity: 1_024)
        try measure("Queue with a capacity: put and get", limit: 0) {
            try bounded.put(1)
            _ = try bounded.get()
        }
        let unbounded = Queue<Int>()
        try measure("Queue without a bound: put and get", limit: 0) {
            try unbounded.put(1)
            _ = try unbounded.get()
        }
        let priority = PriorityQueue<Int>(capacity: 100)
        for number in 0..<99 { try priority.put(number) }
        try measure("PriorityQueue: put and get", limit: 0) {
            try priority.put(1)
            _ = try priority.get()
        }
        try handOff()
    }

    /// There and back between two threads, each of which sleeps whenever it finds nothing.
    private mutating func handOff() throws {
        let there = Queue<Int>(capacity: 1)
        let back = Queue<Int>(capacity: 1)
        let echo = try DaemonThread(name: "echo") {
            for number in there { try? back.put(number) }
        }
        try measure("Queue of 1 between two threads: there and back", limit: 0) {
            try there.put(1)
            _ = try back.get()
        }
        there.shutDown()
        echo.join()
    }

    private mutating func futures() throws {
        let count = Monitor(0)
        measure("Monitor: withLock", limit: 0) { count.withLock { $0 += 1 } }
        // The first wait that has to sleep makes what all futures share.
        let late = Promise<Int>()
        _ = try? late.future.result(until: .now)
        late.succeed(0)
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        defer { pool.shutDown() }
        var number = 0
        // The future, and what the closure captures.
        try measure("ThreadPoolExecutor: submit and result", limit: 2) {
            number += 1
            let captured = number
            _ = try pool.submit { captured }.result()
        }
    }
}
