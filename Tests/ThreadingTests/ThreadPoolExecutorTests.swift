import Testing
import Threading

private struct Broken: Error {}

@Suite("ThreadPoolExecutor") struct ThreadPoolExecutorTests {
    @Test("work gives its value or its error to its future") func results() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 2)
        #expect(try pool.submit { 6 * 7 }.result(until: .minute) == 42)
        let failing = try pool.submit { () throws -> Int in throw Broken() }
        #expect(throws: Broken.self) { try failing.result(until: .minute) }
        pool.shutDown()
    }

    @Test("no more threads than allowed work at once, and they carry the prefix") func bound() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 3, namePrefix: "bound")
        let names = Monitor<Set<String>>([])
        let all = Event()
        let futures = try (0..<3).map { _ in
            try pool.submit {
                let count = names.withLock { names in
                    names.insert(DaemonThread.currentName ?? "none")
                    return names.count
                }
                if count == 3 { all.set() }
                #expect(all.wait(until: .minute))
            }
        }
        for future in futures { try future.result(until: .minute) }
        for _ in 0..<50 {
            try pool.submit { names.withLock { _ = $0.insert(DaemonThread.currentName ?? "none") } }
        }
        pool.shutDown()
        #expect(names.withLock { $0 } == ["bound-1", "bound-2", "bound-3"])
    }

    @Test("a shut down executor finishes its work and refuses more") func shutDown() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        let futures = try (0..<20).map { number in try pool.submit { number } }
        pool.shutDown()
        #expect(try futures.map { try $0.result(until: .now) } == Array(0..<20))
        #expect(throws: ExecutorError.self) { try pool.submit {} }
        pool.shutDown()
    }

    @Test("cancelling what is pending leaves what runs") func cancelPending() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        let started = Event()
        let mayEnd = Event()
        let running = try pool.submit {
            started.set()
            mayEnd.wait(until: .minute)
        }
        let pending = try pool.submit { 1 }
        #expect(started.wait(until: .minute))
        pool.shutDown(wait: false, cancelPending: true)
        #expect(pending.isCancelled)
        mayEnd.set()
        try running.result(until: .minute)
        pool.shutDown()
    }

    @Test("a cancelled future's work is not run") func cancelOne() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        let mayEnd = Event()
        let ran = Event()
        try pool.submit { mayEnd.wait(until: .minute) }
        let pending = try pool.submit { ran.set() }
        #expect(pending.cancel())
        mayEnd.set()
        pool.shutDown()
        #expect(!ran.isSet)
    }

    @Test("a dropped executor finishes what it was given") func dropped() throws {
        let mayEnd = Event()
        let futures = try { () throws -> [Future<Int>] in
            let pool = ThreadPoolExecutor(maxWorkers: 1)
            try pool.submit { mayEnd.wait(until: .minute) }
            return try (0..<3).map { number in try pool.submit { number } }
        }()
        mayEnd.set()
        #expect(try futures.map { try $0.result(until: .minute) } == [0, 1, 2])
    }

    @Test("fewer workers than 1 is a trap") func noWorkers() async {
        await #expect(processExitsWith: .failure) { _ = ThreadPoolExecutor(maxWorkers: 0) }
    }

    @Test("one thread is enough for work that comes one by one") func reuse() throws {
        let names = Monitor<Set<String>>([])
        let pool = ThreadPoolExecutor(maxWorkers: 4)
        for _ in 0..<20 {
            try pool.submit { names.withLock { _ = $0.insert(DaemonThread.currentName ?? "") } }.result(until: .minute)
        }
        pool.shutDown()
        #expect(names.withLock { $0.count } == 1)
    }

    @Test("no more threads are started than there is work for") func onDemand() throws {
        let names = Monitor<Set<String>>([])
        let pool = ThreadPoolExecutor(maxWorkers: 30)
        let all = CountDownLatch(count: 5)
        for _ in 0..<5 {
            try pool.submit {
                names.withLock { _ = $0.insert(DaemonThread.currentName ?? "") }
                all.countDown()
                #expect(all.wait(until: .minute))
            }
        }
        pool.shutDown()
        #expect(names.withLock { $0.count } == 5)
    }

    @Test("each thread runs the start hook before its first work") func startHook() throws {
        let prepared = ThreadLocal { 0 }
        let pool = ThreadPoolExecutor(maxWorkers: 2, onThreadStart: { prepared.value += 1 })
        let seen = try (0..<50).map { _ in try pool.submit { prepared.value } }
        for future in seen { #expect(try future.result(until: .minute) == 1) }
        pool.shutDown()
    }

    @Test("a start hook that fails breaks the executor, and everybody hears of it") func brokenHook() throws {
        let mayFail = Event()
        let pool = ThreadPoolExecutor(
            maxWorkers: 1,
            onThreadStart: {
                mayFail.wait(until: .minute)
                throw Broken()
            })
        let futures = try (0..<3).map { _ in try pool.submit { 1 } }
        mayFail.set()
        for future in futures {
            let error = #expect(throws: ExecutorError.self) { try future.result(until: .minute) }
            #expect(error.map { "\($0)" }?.contains("Broken") == true)
        }
        let refusal = #expect(throws: ExecutorError.self) { try pool.submit { 1 } }
        #expect(refusal.map { "\($0)" }?.contains("Broken") == true)
        pool.shutDown()
    }

    @Test("a full backlog makes submitters wait, until their deadline") func backlog() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 1, backlog: 1)
        let started = Event()
        let mayEnd = Event()
        try pool.submit {
            started.set()
            mayEnd.wait(until: .minute)
        }
        #expect(started.wait(until: .minute))
        let waiting = try pool.submit { 1 }
        let error = #expect(throws: ExecutorError.self) { try pool.submit(until: .briefly) { 2 } }
        guard case .timedOut? = error else {
            Issue.record("not timedOut but \(String(describing: error))")
            return
        }
        try concurrently([
            { #expect((try? pool.submit(until: .minute) { 3 }.result(until: .minute)) == 3) }, { mayEnd.set() },
        ])
        #expect(try waiting.result(until: .minute) == 1)
        pool.shutDown()
    }

    @Test("workers that wait for each other are told so", arguments: [1, 3]) func deadlock(workers: Int) throws {
        let pool = ThreadPoolExecutor(maxWorkers: workers)
        let all = CountDownLatch(count: workers)
        let outer = try (0..<workers).map { _ in
            try pool.submit {
                all.countDown()
                all.wait(until: .minute)
                return try pool.submit { 1 }.result()
            }
        }
        let failures = outer.count { future in
            do {
                _ = try future.result(until: .minute)
                return false
            } catch {
                return error as? FutureError == .wouldDeadlock
            }
        }
        // One gives up; that frees its thread, which does what the others wait for.
        #expect(failures >= 1)
        #expect(workers == 1 || failures < workers)
        pool.shutDown()
    }

    @Test("work may wait for other work while a thread is free") func nested() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 2)
        let outer = try pool.submit { try pool.submit { 21 }.result() * 2 }
        #expect(try outer.result(until: .minute) == 42)
        pool.shutDown()
    }

    @Test("what work held is gone when its result is known") func releases() throws {
        final class Held: Sendable {
            let gone: Event
            init(_ gone: Event) { self.gone = gone }
            deinit { gone.set() }
        }
        let gone = Event()
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        let future = try { () throws -> Future<Int> in
            let held = Held(gone)
            return try pool.submit { withExtendedLifetime(held) { 1 } }
        }()
        #expect(try future.result(until: .minute) == 1)
        #expect(gone.isSet)
        pool.shutDown()
    }

    @Test("withThreadPool returns when all is done, also after an error") func scoped() throws {
        let done = Monitor(0)
        let count = try withThreadPool(maxWorkers: 2) { pool in
            for _ in 0..<20 { try pool.submit { done.withLock { $0 += 1 } } }
            return 20
        }
        #expect(count == 20)
        #expect(done.withLock { $0 } == 20)
        #expect(throws: Broken.self) {
            try withThreadPool(maxWorkers: 2) { pool in
                for _ in 0..<20 { try pool.submit { done.withLock { $0 += 1 } } }
                throw Broken()
            }
        }
        #expect(done.withLock { $0 } == 40)
    }

    @Test("joining the executor from its own thread is a trap") func joinItself() async {
        await #expect(processExitsWith: .failure) {
            let pool = ThreadPoolExecutor(maxWorkers: 1)
            try pool.submit { pool.shutDown() }.result()
        }
    }
}
