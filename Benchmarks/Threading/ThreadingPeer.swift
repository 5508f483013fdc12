import Glibc
import Threading

/// Our side of the comparison, called like the peers.
///
///     threading-peer thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT      (CAPACITY 0: no bound)
///     threading-peer pool rt|fly|map|map100 WORKERS COUNT
@main struct ThreadingPeer {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.compactMap { Int($0) }
        switch arguments.first {
        case "thr": try throughput(numbers[0], numbers[1], capacity(numbers[2]), numbers[3])
        case "pp": try pingPong(capacity(numbers[2]), numbers[3])
        case "st": try oneThread(capacity(numbers[2]), numbers[3])
        case "pool": try pool(arguments.dropFirst().first ?? "", numbers[0], numbers[1])
        default: print("usage: see the source")
        }
    }
}

func capacity(_ number: Int) -> Int? { number == 0 ? nil : number }

func check(_ seen: Int, _ expected: Int) { precondition(seen == expected) }

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

func oneThread(_ capacity: Int?, _ count: Int) throws {
    let queue = Queue<Int>(capacity: capacity)
    var sum = 0
    let time = try seconds {
        for number in 0..<count {
            try queue.put(number)
            sum &+= try queue.get()
        }
    }
    precondition(sum == count * (count - 1) / 2)
    print("R ns_per_putget \(time / Double(count) * 1e9)")
}

func pingPong(_ capacity: Int?, _ count: Int) throws {
    let there = Queue<Int>(capacity: capacity)
    let back = Queue<Int>(capacity: capacity)
    let echo = try DaemonThread(name: "echo") {
        for _ in 0..<count {
            guard let number = try? there.get() else { return }
            try? back.put(number)
        }
    }
    let time = try seconds {
        for number in 0..<count {
            try there.put(number)
            check(try back.get(), number)
        }
    }
    echo.join()
    print("R handoff_us \(time / Double(count) / 2 * 1e6)")
}

func throughput(_ producers: Int, _ consumers: Int, _ capacity: Int?, _ count: Int) throws {
    let queue = Queue<Int>(capacity: capacity)
    let total = Monitor(0)
    let time = try seconds {
        var threads: [DaemonThread] = []
        for index in 0..<producers {
            threads.append(
                try DaemonThread(name: "put-\(index)") {
                    do { for number in 0..<count / producers { try queue.put(number) } } catch {
                        fatalError("\(error)")
                    }
                })
        }
        for index in 0..<consumers {
            threads.append(
                try DaemonThread(name: "get-\(index)") {
                    var sum = 0
                    do { for _ in 0..<count / consumers { sum &+= try queue.get() } } catch { fatalError("\(error)") }
                    total.withLock { [sum] in $0 += sum }
                })
        }
        for thread in threads { thread.join() }
    }
    let each = count / producers
    precondition(total.withLock { $0 } == producers * (each * (each - 1) / 2))
    print("R items_per_s \(Double(count) / time)")
}

func pool(_ mode: String, _ workers: Int, _ count: Int) throws {
    let pool = ThreadPoolExecutor(maxWorkers: workers)
    defer { pool.shutDown() }
    switch mode {
    case "rt":
        let time = try seconds {
            for number in 0..<count { check(try pool.submit { number }.result(), number) }
        }
        print("R roundtrip_us \(time / Double(count) * 1e6)")
    case "fly":
        let window = 1_000
        var futures: [Future<Int>] = []
        futures.reserveCapacity(window)
        let time = try seconds {
            for number in 0..<count {
                if number < window {
                    futures.append(try pool.submit { number })
                } else {
                    check(try futures[number % window].result(), number - window)
                    futures[number % window] = try pool.submit { number }
                }
            }
            for future in futures { _ = try future.result() }
        }
        print("R tasks_per_s \(Double(count) / time)")
    case "map", "map100":
        let chunk = mode == "map" ? 1 : 100
        let time = try seconds {
            var sum = 0
            for result in try pool.map(0..<count, chunk: chunk, { $0 }) { sum &+= try result.get() }
            check(sum, count * (count - 1) / 2)
        }
        print("R items_per_s \(Double(count) / time)")
    default: print("usage: see the source")
    }
}
