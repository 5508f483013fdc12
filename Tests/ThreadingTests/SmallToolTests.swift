import Testing
import Threading

@Suite("Semaphore") struct SemaphoreTests {
    @Test("gives as many permits as it has, and again what comes back") func permits() {
        let semaphore = Semaphore(permits: 2)
        #expect(semaphore.limit == 2)
        #expect(semaphore.tryAcquire())
        #expect(semaphore.acquire(until: .minute))
        #expect(!semaphore.tryAcquire())
        #expect(!semaphore.acquire(until: .briefly))
        semaphore.release(2)
        #expect(semaphore.tryAcquire())
    }

    @Test("never lets more in than permits") func bound() throws {
        let semaphore = Semaphore(permits: 2)
        let inside = Monitor((now: 0, most: 0))
        try concurrently(5) { _ in
            for _ in 0..<200 {
                semaphore.withPermit(until: .minute) {
                    inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    inside.withLock { $0.now -= 1 }
                }
            }
        }
        #expect(inside.withLock { $0.most } <= 2)
        #expect(inside.withLock { $0.now } == 0)
    }

    @Test("withPermit gives the permit back after an error, and nil without one") func withPermit() {
        struct Broken: Error {}
        let semaphore = Semaphore(permits: 1)
        #expect(throws: Broken.self) { try semaphore.withPermit { () throws(Broken) in throw Broken() } }
        #expect(semaphore.tryAcquire())
        #expect(semaphore.withPermit(until: .briefly) { 1 } == nil)
    }

    @Test("one without a bound takes more than it had") func unbounded() {
        let semaphore = Semaphore(permits: 0, isBounded: false)
        semaphore.release(3)
        #expect(semaphore.limit == nil)
        for _ in 0..<3 { #expect(semaphore.tryAcquire()) }
    }

    @Test("bad use is a trap") func badUse() async {
        await #expect(processExitsWith: .failure) { _ = Semaphore(permits: -1) }
        await #expect(processExitsWith: .failure) { Semaphore(permits: 1).release() }
        await #expect(processExitsWith: .failure) { Semaphore(permits: 1).release(0) }
    }
}

@Suite("CountDownLatch") struct CountDownLatchTests {
    @Test("opens after its steps and stays open") func opens() throws {
        let latch = CountDownLatch(count: 3)
        #expect(!latch.wait(until: .briefly))
        try concurrently([{ #expect(latch.wait(until: .minute)) }] + Array(repeating: { latch.countDown() }, count: 3))
        latch.countDown()
        #expect(latch.count == 0)
        #expect(latch.wait())
        #expect(CountDownLatch(count: 0).wait())
    }

    @Test("a negative count is a trap") func badUse() async {
        await #expect(processExitsWith: .failure) { _ = CountDownLatch(count: -1) }
    }
}

@Suite("Barrier") struct BarrierTests {
    struct Refused: Error {}

    @Test("lets all through together, each in its place, again and again") func rounds() throws {
        let actions = Monitor(0)
        let barrier = Barrier(parties: 3) { actions.withLock { $0 += 1 } }
        let places = Monitor<[[Int]]>(Array(repeating: [], count: 50))
        try concurrently(3) { _ in
            for round in 0..<50 {
                let place = (try? barrier.wait(until: .minute)) ?? -1
                places.withLock { $0[round].append(place) }
                // Whoever is through sees that the action of its round has run.
                #expect(actions.withLock { $0 } > round)
            }
        }
        for round in places.withLock({ $0 }) { #expect(round.sorted() == [0, 1, 2]) }
        #expect(actions.withLock { $0 } == 50)
        #expect(barrier.waiting == 0)
    }

    @Test("one party passes at once") func single() throws {
        #expect(try Barrier(parties: 1).wait() == 0)
    }

    @Test("a deadline breaks it for all until it is reset") func deadline() throws {
        let barrier = Barrier(parties: 3)
        try concurrently([
            { #expect(throws: Barrier.Failure.broken) { try barrier.wait(until: .briefly) } },
            { #expect(throws: Barrier.Failure.broken) { try barrier.wait(until: .minute) } },
        ])
        #expect(barrier.isBroken)
        #expect(throws: Barrier.Failure.broken) { try barrier.wait() }
        barrier.reset()
        #expect(!barrier.isBroken)
        try concurrently(3) { _ in #expect(throws: Never.self) { try barrier.wait(until: .minute) } }
    }

    @Test("abort and reset send away who waits", arguments: [true, false]) func sentAway(byAbort: Bool) throws {
        let barrier = Barrier(parties: 2)
        let waiter = try DaemonThread(name: "waiter") {
            #expect(throws: Barrier.Failure.broken) { try barrier.wait(until: .minute) }
        }
        while barrier.waiting == 0 {}
        if byAbort { barrier.abort() } else { barrier.reset() }
        #expect(waiter.join(until: .minute))
        #expect(barrier.isBroken == byAbort)
    }

    @Test("an action that throws breaks it; the last to come gets the error") func action() throws {
        let barrier = Barrier(parties: 2) { throw Refused() }
        let errors = Monitor<[String]>([])
        try concurrently(2) { _ in
            do { try barrier.wait(until: .minute) } catch { errors.withLock { $0.append("\(type(of: error))") } }
        }
        #expect(errors.withLock { $0.sorted() } == ["Failure", "Refused"])
    }

    @Test("no parties is a trap") func badUse() async {
        await #expect(processExitsWith: .failure) { _ = Barrier(parties: 0) }
    }
}

@Suite("ReadWriteLock") struct ReadWriteLockTests {
    @Test("readers read together") func together() throws {
        let lock = ReadWriteLock(1)
        let barrier = Barrier(parties: 3)
        try concurrently(3) { _ in
            lock.withReadLock { value in
                #expect(value == 1)
                // Only passes when all three are inside.
                #expect(throws: Never.self) { try barrier.wait(until: .minute) }
            }
        }
    }

    @Test("writers write alone, and nothing is lost") func alone() throws {
        let lock = ReadWriteLock((left: 0, right: 0))
        try concurrently(4) { index in
            for _ in 0..<500 {
                if index < 2 {
                    lock.withWriteLock { value in
                        value.left += 1
                        value.right += 1
                    }
                } else {
                    lock.withReadLock { #expect($0.left == $0.right) }
                }
            }
        }
        #expect(lock.withReadLock { $0.left } == 1_000)
    }

    @Test("a waiting writer goes before readers that come later, and those before the next writer") func turns() throws
    {
        let lock = ReadWriteLock<[String]>([])
        let reading = Event()
        let mayEnd = Event()
        let first = try DaemonThread(name: "first") {
            lock.withReadLock { _ in
                reading.set()
                mayEnd.wait(until: .minute)
            }
        }
        #expect(reading.wait(until: .minute))
        let writer = try DaemonThread(name: "writer") { lock.withWriteLock { $0.append("writer") } }
        let seen = Monitor<[String]>([])
        // Only once the writer waits does a reader have to wait too.
        let later = try DaemonThread(name: "later") {
            var kept: [String] = []
            while kept.isEmpty { kept = lock.withReadLock { $0 } }
            seen.withLock { [kept] in $0 = kept }
        }
        mayEnd.set()
        for thread in [first, writer, later] { #expect(thread.join(until: .minute)) }
        #expect(seen.withLock { $0 } == ["writer"])
    }
}

@Suite("Timer") struct TimerTests {
    @Test("runs its body once, after the delay") func runs() throws {
        let ran = Monitor(0)
        let due = Deadline.after(.milliseconds(20))
        let timer = try Timer(after: .milliseconds(20)) {
            #expect(due.isPast)
            ran.withLock { $0 += 1 }
        }
        #expect(timer.join(until: .minute))
        #expect(ran.withLock { $0 } == 1)
        #expect(!timer.cancel())
    }

    @Test("a cancelled one never does, and ends at once") func cancelled() throws {
        let timer = try Timer(after: .seconds(1_000)) { Issue.record("the body ran") }
        #expect(timer.cancel())
        #expect(timer.cancel())
        #expect(timer.join(until: .minute))
    }
}

@Suite("ThreadLocal") struct ThreadLocalTests {
    @Test("each thread has its own value") func own() throws {
        let local = ThreadLocal { 0 }
        local.value = 7
        try concurrently(3) { index in
            #expect(local.value == 0)
            for _ in 0..<100 { local.value += index }
            #expect(local.value == 100 * index)
        }
        #expect(local.value == 7)
    }

    @Test("a thread's value goes away with it") func released() throws {
        final class Counted: Sendable {
            let gone: Event
            init(_ gone: Event) { self.gone = gone }
            deinit { gone.set() }
        }
        let gone = Event()
        let local = ThreadLocal<Counted?> { nil }
        try DaemonThread(name: "owner") { local.value = Counted(gone) }.join()
        #expect(gone.wait(until: .minute))
    }
}
