import Testing
import Threading

private struct Broken: Error {}

@Suite("Future") struct FutureTests {
    @Test("a value reaches who waits and who comes later") func value() throws {
        let promise = Promise<Int>()
        try concurrently([
            { #expect((try? promise.future.result(until: .minute)) == 7) },
            { #expect(promise.succeed(7)) },
        ])
        #expect(promise.future.isDone)
        #expect(!promise.future.isRunning)
        #expect(try promise.future.result() == 7)
    }

    @Test("an error reaches who waits") func error() throws {
        let promise = Promise<Int>()
        promise.fail(Broken())
        #expect(throws: Broken.self) { try promise.future.result() }
    }

    @Test("waiting ends at the deadline, and the future goes on") func timesOut() throws {
        let promise = Promise<Int>()
        #expect(throws: FutureError.timedOut) { try promise.future.result(until: .briefly) }
        promise.succeed(1)
        #expect(try promise.future.result(until: .now) == 1)
    }

    @Test("what has not begun can be cancelled, what runs cannot") func cancel() throws {
        let cancelled = Promise<Int>()
        #expect(cancelled.future.cancel())
        #expect(cancelled.future.cancel())
        #expect(!cancelled.begin())
        #expect(!cancelled.succeed(1))
        #expect(cancelled.future.isCancelled)
        #expect(cancelled.future.isDone)
        #expect(throws: FutureError.cancelled) { try cancelled.future.result() }

        let running = Promise<Int>()
        #expect(running.begin())
        #expect(running.future.isRunning)
        #expect(!running.future.cancel())
        running.succeed(2)
        #expect(!running.future.cancel())
        #expect(!running.future.isCancelled)
    }

    @Test("cancelling wakes who waits") func cancelWakes() throws {
        let promise = Promise<Int>()
        try concurrently([
            { #expect(throws: FutureError.cancelled) { try promise.future.result(until: .minute) } },
            { promise.future.cancel() },
        ])
    }

    @Test("a promise that is dropped fails its future") func abandoned() throws {
        let future = Promise<Int>().future
        #expect(throws: FutureError.abandoned) { try future.result(until: .minute) }
    }

    @Test("callbacks run in order, also those added late or by a callback") func callbacks() throws {
        let promise = Promise<Int>()
        let seen = Monitor<[Int]>([])
        let note: @Sendable (Int) -> Void = { number in seen.withLock { $0.append(number) } }
        promise.future.whenDone { _ in
            note(1)
            promise.future.whenDone { _ in note(3) }
        }
        promise.future.whenDone { outcome in note((try? outcome.get()) ?? 0) }
        promise.succeed(2)
        promise.future.whenDone { _ in note(4) }
        #expect(seen.withLock { $0 } == [1, 2, 3, 4])
    }

    @Test("a callback hears of a cancellation") func callbackOnCancel() {
        let promise = Promise<Int>()
        let heard = Event()
        promise.future.whenDone { if case .failure(FutureError.cancelled) = $0 { heard.set() } }
        promise.future.cancel()
        #expect(heard.isSet)
    }

    @Test("a second result is a trap") func twice() async {
        await #expect(processExitsWith: .failure) {
            let promise = Promise<Int>()
            promise.succeed(1)
            promise.succeed(2)
        }
    }

    @Test("either the cancellation or the work wins, never both") func cancelRace() throws {
        for _ in 0..<500 {
            let promise = Promise<Int>()
            let wins = Monitor((cancelled: false, begun: false))
            try concurrently([
                {
                    let won = promise.future.cancel(); wins.withLock { $0.cancelled = won }
                },
                {
                    let won = promise.begin(); wins.withLock { $0.begun = won }
                },
            ])
            #expect(wins.withLock { $0.cancelled != $0.begun })
            #expect(promise.future.isCancelled == wins.withLock { $0.cancelled })
            promise.succeed(1)
        }
    }

    @Test("each callback is called once, in order, however it meets the result") func callbackRace() throws {
        for _ in 0..<500 {
            let promise = Promise<Int>()
            let seen = Monitor<[Int]>([])
            try concurrently([
                { for number in 0..<5 { promise.future.whenDone { _ in seen.withLock { $0.append(number) } } } },
                { promise.succeed(1) },
            ])
            #expect(seen.withLock { $0 } == [0, 1, 2, 3, 4])
        }
    }
}

@Suite("InlineSlot") struct InlineSlotTests {
    /// Larger than the room inside.
    struct Large: Equatable, Sendable {
        var numbers = (0, 1, 2, 3, 4)
        var object: Counted
        static func == (left: Large, right: Large) -> Bool { left.numbers == right.numbers }
    }

    final class Counted: Sendable {
        let alive: Monitor<Int>
        init(_ alive: Monitor<Int>) {
            self.alive = alive
            alive.withLock { $0 += 1 }
        }
        deinit { alive.withLock { $0 -= 1 } }
    }

    @Test("results of any size come out whole and go away with their future") func sizes() throws {
        let alive = Monitor(0)
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        do {
            let small = try pool.submit { Counted(alive) }
            let large = try pool.submit { Large(object: Counted(alive)) }
            let nothing: Future<Void> = try pool.submit {}
            let optional: Future<Int?> = try pool.submit { nil }
            #expect(try small.result(until: .minute).alive === alive)
            #expect(try large.result(until: .minute) == Large(object: Counted(alive)))
            try nothing.result(until: .minute)
            #expect(try optional.result(until: .minute) == nil)
            #expect(alive.withLock { $0 } == 2)
        }
        pool.shutDown()
        #expect(alive.withLock { $0 } == 0)
    }
}
