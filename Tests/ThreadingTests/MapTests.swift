import Testing
import Threading

private struct Odd: Error, Equatable { let number: Int }

@Suite("map over a pool") struct MapTests {
    @Test("results come in the items' order", arguments: [1, 7, 1_000]) func order(chunk: Int) throws {
        try withThreadPool(maxWorkers: 3) { pool in
            let results = try pool.map(0..<500, chunk: chunk, until: .minute) { $0 * 2 }
            #expect(try results.map { try $0.get() } == (0..<500).map { $0 * 2 })
        }
    }

    @Test("an error belongs to its item alone", arguments: [1, 3]) func errors(chunk: Int) throws {
        try withThreadPool(maxWorkers: 2) { pool in
            let results = try pool.map(0..<10, chunk: chunk, until: .minute) { number in
                guard number.isMultiple(of: 2) else { throw Odd(number: number) }
                return number
            }
            for (number, result) in results.enumerated() {
                switch result {
                case .success(let value): #expect(value == number && number.isMultiple(of: 2))
                case .failure(let error): #expect(error as? Odd == Odd(number: number))
                }
            }
        }
    }

    @Test("a buffer bounds what is drawn ahead of what is taken") func buffer() throws {
        let drawn = Monitor(0)
        let items = sequence(first: 0) { number in
            drawn.withLock { $0 += 1 }
            return number + 1
        }
        try withThreadPool(maxWorkers: 2) { pool in
            let results = try pool.map(items, buffer: 5, until: .minute) { $0 }
            for _ in 0..<10 { _ = results.next() }
            #expect(drawn.withLock { $0 } <= 15)
        }
    }

    @Test("what has not begun is cancelled when the results are dropped") func dropped() throws {
        let ran = Monitor(0)
        let mayEnd = Event()
        try withThreadPool(maxWorkers: 1) { pool in
            do {
                let results = try pool.map(0..<100) { _ in
                    ran.withLock { $0 += 1 }
                    mayEnd.wait(until: .minute)
                }
                _ = results
            }
            mayEnd.set()
        }
        #expect(ran.withLock { $0 } <= 1)
    }

    @Test("results that are late are errors") func late() throws {
        let mayEnd = Event()
        try withThreadPool(maxWorkers: 1) { pool in
            let results = try pool.map(0..<2, until: .briefly) { _ in mayEnd.wait(until: .minute) }
            for result in results {
                #expect(throws: FutureError.timedOut) { _ = try result.get() }
            }
            mayEnd.set()
        }
    }

    @Test("no items give no results") func none() throws {
        try withThreadPool(maxWorkers: 1) { pool in
            let results = try pool.map([Int]()) { $0 }
            #expect(results.next() == nil)
        }
    }

    @Test("an executor that is shut down in the middle fails the rest") func shutDown() throws {
        let pool = ThreadPoolExecutor(maxWorkers: 1)
        let results = try pool.map(0..<10, buffer: 2, until: .minute) { $0 }
        _ = results.next()
        pool.shutDown()
        let rest = Array(results)
        #expect(rest.count == 9)
        #expect(throws: ExecutorError.self) { _ = try rest.last?.get() }
    }

    @Test("a chunk or buffer below 1 is a trap") func badUse() async {
        await #expect(processExitsWith: .failure) {
            _ = try ThreadPoolExecutor(maxWorkers: 1).map([1], chunk: 0) { $0 }
        }
        await #expect(processExitsWith: .failure) {
            _ = try ThreadPoolExecutor(maxWorkers: 1).map([1], buffer: 0) { $0 }
        }
    }
}
