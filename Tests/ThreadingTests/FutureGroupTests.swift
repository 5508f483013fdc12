import Testing
import Threading

private struct Broken: Error {}

@Suite("Waiting for several futures") struct FutureGroupTests {
    private let promises = (0..<3).map { _ in Promise<Int>() }
    private var futures: [Future<Int>] { promises.map(\.future) }

    private func indices(_ some: [Future<Int>]) -> [Int] {
        some.compactMap { future in futures.firstIndex { $0 === future } }
    }

    @Test("for the first") func first() throws {
        try concurrently([
            {
                let (done, pending) = futures.wait(for: .first, until: .minute)
                #expect(indices(done) == [1])
                #expect(indices(pending) == [0, 2])
            },
            { promises[1].succeed(1) },
        ])
    }

    @Test("for the first error") func firstError() throws {
        promises[0].succeed(0)
        try concurrently([
            {
                let (done, pending) = futures.wait(for: .firstError, until: .minute)
                #expect(indices(done) == [0, 2])
                #expect(indices(pending) == [1])
            },
            { promises[2].fail(Broken()) },
        ])
    }

    @Test("a cancellation counts as an error, and without any error all are waited for") func cancellation() throws {
        futures[1].cancel()
        #expect(indices(futures.wait(for: .firstError, until: .minute).done) == [1])
        promises[0].succeed(0)
        promises[2].succeed(2)
        let fine = [futures[0], futures[2]]
        #expect(indices(fine.wait(for: .firstError, until: .minute).done) == [0, 2])
    }

    @Test("for all") func all() throws {
        try concurrently([
            { #expect(indices(futures.wait(for: .all, until: .minute).done) == [0, 1, 2]) },
            { for (number, promise) in promises.enumerated() { promise.succeed(number) } },
        ])
    }

    @Test("gives what there is at the deadline") func deadline() {
        promises[2].succeed(2)
        let (done, pending) = futures.wait(for: .all, until: .briefly)
        #expect(indices(done) == [2])
        #expect(indices(pending) == [0, 1])
    }

    @Test("is over at once when there are none") func none() {
        let none: [Future<Int>] = []
        #expect(none.wait(for: .first).done.isEmpty)
        #expect(none.asCompleted().map { $0 }.isEmpty)
    }

    @Test("asCompleted gives them as they come") func asCompleted() throws {
        promises[1].succeed(1)
        var completed = futures.asCompleted(until: .minute)
        #expect(try completed.next()?.result() == 1)
        promises[2].fail(Broken())
        #expect(completed.next()?.isDone == true)
        let last = try DaemonThread(name: "last") { [promise = promises[0]] in promise.succeed(0) }
        #expect(try completed.next()?.result() == 0)
        #expect(completed.next() == nil)
        last.join()
    }

    @Test("asCompleted gives a future once, and ends at its deadline") func onceOnly() {
        promises[0].succeed(0)
        let twice = [futures[0], futures[0], futures[1]]
        #expect(indices(Array(twice.asCompleted(until: .briefly))) == [0])
    }

    @Test("futures of different types can be waited for together") func differentTypes() {
        let text = Promise<String>()
        text.succeed("")
        promises[0].succeed(0)
        let both: [AnyFuture] = [futures[0], text.future]
        #expect(both.wait(for: .all, until: .minute).done.count == 2)
    }
}
