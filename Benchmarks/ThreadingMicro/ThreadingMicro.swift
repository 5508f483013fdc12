import Benchmark
import Threading

/// What single calls cost when nobody is in the way.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], scalingFactor: .kilo, maxDuration: .seconds(2))

    Benchmark("Queue, capacity 1024: put and get") { benchmark in
        let queue = Queue<Int>(capacity: 1_024)
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations {
            try queue.put(number)
            blackHole(try queue.get())
        }
    }

    Benchmark("Queue without a bound: put and get") { benchmark in
        let queue = Queue<Int>()
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations {
            try queue.put(number)
            blackHole(try queue.get())
        }
    }

    Benchmark("PriorityQueue of 100: put and get") { benchmark in
        let queue = PriorityQueue<Int>(capacity: 101)
        for number in 0..<100 { try queue.put(number) }
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations {
            try queue.put(number)
            blackHole(try queue.get())
        }
    }

    Benchmark("Monitor: withLock") { benchmark in
        let count = Monitor(0)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { count.withLock { $0 += 1 } }
    }

    Benchmark("Promise: succeed and result") { benchmark in
        for number in benchmark.scaledIterations {
            let promise = Promise<Int>()
            promise.succeed(number)
            blackHole(try promise.future.result())
        }
    }

    Benchmark("ThreadPoolExecutor: submit and result") { benchmark in
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        defer { pool.shutDown() }
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations { blackHole(try pool.submit { number }.result()) }
        benchmark.stopMeasurement()
    }
}
