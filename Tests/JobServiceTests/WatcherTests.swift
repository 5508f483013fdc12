import JobService
import Jobs
import Testing
import Threading

/// Those who want to be told about jobs.
@Suite(.serialized)
struct WatcherTests {
    /// What a watcher was told, in order.
    private final class Log: Sendable {
        struct Line: Hashable, Sendable {
            let job: JobID
            let news: JobNews
        }

        private let lines = Monitor<[Line]>([])
        private let changed = Condition()

        var all: [Line] { lines.withLock { $0 } }

        func add(_ job: JobID, _ news: JobNews) {
            lines.withLock { $0.append(Line(job: job, news: news)) }
            changed.broadcast()
        }

        func waits(for count: Int) -> Bool {
            lines.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.count >= count ? true : nil } ?? false
        }
    }

    @Test("a watcher is told that its job started, printed and ended")
    func told() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let blocker = try harness.submit()
            let id = try harness.submit()
            let log = Log()
            _ = harness.watchers.watch([id]) { log.add($0, $1) }
            harness.runner.finish(blocker)
            try #require(log.waits(for: 1))
            harness.watchers.tell(id, .printed)
            harness.runner.finish(id)
            try #require(log.waits(for: 3))
            #expect(log.all.map(\.news) == [.started, .printed, .ended])
            #expect(Set(log.all.map(\.job)) == [id])
        }
    }

    @Test("a job is stored as ended when its watcher is told so")
    func storedFirst() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let id = try harness.submit()
            let store = harness.store
            let states = Log()
            let seen = Monitor<[JobState?]>([])
            _ = harness.watchers.watch([id]) { job, news in
                seen.withLock { $0.append(try? store.job(job)?.state) }
                states.add(job, news)
            }
            harness.runner.finish(id, .exited(code: 2))
            try #require(harness.observer.waitsForEnd(of: id))
            try #require(states.waits(for: 1))
            #expect(seen.withLock { $0.last } == .failed(.attempt(.exited(code: 2))))
        }
    }

    @Test("a job that is cancelled while it waits has ended")
    func cancelled() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            try harness.submit()
            let id = try harness.submit()
            let log = Log()
            _ = harness.watchers.watch([id]) { log.add($0, $1) }
            _ = try harness.change([id], .cancel)
            try #require(log.waits(for: 1))
            #expect(log.all.map(\.news) == [.ended])
        }
    }

    @Test("a watch of several jobs ends for all of them, and leaves others alone")
    func stops() {
        let watchers = JobWatchers()
        let ids = (1...3).map { JobID(rawValue: $0) }
        let log = Log()
        let other = Log()
        let watch = watchers.watch([ids[0], ids[1]]) { log.add($0, $1) }
        let otherWatch = watchers.watch([ids[1]]) { other.add($0, $1) }
        for id in ids { watchers.tell(id, .started) }
        watchers.stop(watch)
        watchers.stop(watch)
        for id in ids { watchers.tell(id, .ended) }
        watchers.stop(otherWatch)
        for id in ids { watchers.tell(id, .printed) }
        #expect(log.all == [.init(job: ids[0], news: .started), .init(job: ids[1], news: .started)])
        #expect(other.all == [.init(job: ids[1], news: .started), .init(job: ids[1], news: .ended)])
    }

    @Test("a callback may begin and end watches")
    func reentrant() {
        let watchers = JobWatchers()
        let id = JobID(rawValue: 1)
        let log = Log()
        let watch = watchers.watch([id]) { job, news in
            log.add(job, news)
            _ = watchers.watch([job]) { log.add($0, $1) }
        }
        watchers.tell(id, .started)
        watchers.stop(watch)
        watchers.tell(id, .ended)
        #expect(log.all.map(\.news) == [.started, .ended])
    }
}
