import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that run more than once.
@Suite(.serialized)
struct RepeatTests {
    private static let twice = RetryRequest(retries: 2, backoff: .seconds(60))

    @Test("a job that fails is tried again after a wait, and ends as its last attempt")
    func retries() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(ServiceHarness.submission("retried") { $0.retry = Self.twice })
            for attempt in 1...2 {
                try harness.finish(id, .exited(code: 7))
                let state = try #require(try harness.state(id))
                #expect([.scheduled, .ready, .running].contains(state.name))
                #expect(
                    harness.observer.news.contains {
                        if case .attemptFailed(id, _, attempt: attempt, .exited(code: 7)) = $0 { true } else { false }
                    })
                try harness.advance(by: .seconds(120))
                try #require(harness.runner.waitForStart(of: attempt + 1))
            }
            try harness.finish(id, .exited(code: 8))
            #expect(try harness.state(id) == .failed(.attempt(.exited(code: 8))))
            let attempts = try harness.store.attempts(of: id)
            #expect(attempts.map(\.number) == [1, 2, 3] && attempts.last?.next == .failed)
        }
    }

    @Test("a job waits no longer before its next attempt than its backoff allows, and less by chance")
    func backoff() throws {
        try ServiceHarness(workers: 60).run { harness throws in
            let ids = try harness.submit(
                (0..<50).map { _ in ServiceHarness.submission("retried") { $0.retry = Self.twice } }
            ).map(\.id)
            for id in ids { harness.runner.finish(id, .exited(code: 1)) }
            for id in ids { try #require(harness.observer.waits(forEnds: 1, of: id)) }
            let waits = try ids.map { id -> Duration in
                guard case .scheduled(let until) = try harness.state(id) else { return .zero }
                return until - harness.clock.now
            }
            #expect(waits.allSatisfy { $0 >= .zero && $0 < .seconds(60) })
            #expect(Set(waits).count > 40, "they come back all at once")
        }
    }

    @Test("what a job does not say of its retries, its queue says")
    func queueDefaults() throws {
        let queue = QueueSettings(name: .default, workers: 2, retries: 1, backoff: .zero)
        try ServiceHarness(queues: [queue]).run { harness throws in
            let plain = try harness.start()
            try harness.finish(plain, .exited(code: 1))
            try #require(harness.runner.waitForStart(of: 2))
            let own = try harness.start(ServiceHarness.submission("own") { $0.retry = RetryRequest(retries: 0) })
            try harness.finish(own, .exited(code: 1))
            #expect(try harness.states([plain, own]) == [.running, .failed])
        }
    }

    @Test("a watcher is told of an attempt that failed, and goes on")
    func watcher() throws {
        try ServiceHarness().run { harness throws in
            let news = Queue<JobNews>()
            let id = try harness.start(
                ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 1, backoff: .zero) })
            _ = harness.watchers.watch([id]) { _, what in _ = try? news.put(what) }
            harness.runner.finish(id, .exited(code: 1))
            try #require(harness.runner.waitForStart(of: 2))
            harness.runner.finish(id)
            let told = try (0..<3).map { _ in try news.get(until: .after(ServiceHarness.patience)) }
            #expect(Set(told.prefix(2)) == [.attemptFailed, .started] && told[2] == .ended)
        }
    }

    @Test("a cancel between two attempts is the end")
    func cancelBetween() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.retry = RetryRequest(retries: 2, backoff: Limits.longestDuration)
                })
            try harness.finish(id, .exited(code: 1))
            #expect(try harness.change(id, .cancel) == .done(.cancelled))
            try harness.advance(by: Limits.longestDuration)
            #expect(harness.runner.started.count == 1)
        }
    }

    @Test("a job that somebody retries keeps its id, gets the next attempt, and all its retries")
    func asked() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 1, backoff: .zero) })
            for count in 1...2 {
                try harness.finish(id, .exited(code: 1))
                if count == 1 { try #require(harness.runner.waitForStart(of: 2)) }
            }
            #expect(try harness.state(id)?.name == .failed)
            #expect(try harness.change(id, .retry) == .done(.ready))
            #expect(try harness.job(id).ended == nil)
            try #require(harness.runner.waitForStart(of: 3))
            try harness.finish(id, .exited(code: 1))
            try #require(harness.runner.waitForStart(of: 4))
            try harness.finish(id)
            #expect(try harness.state(id) == .succeeded && harness.job(id).attempts == 4)
        }
    }

    @Test("a retry is refused of jobs that have not ended, and of others' jobs")
    func refusals() throws {
        try ServiceHarness().run { harness throws in
            let running = try harness.start()
            let ready = try harness.submit()
            let held = try harness.submit { $0.isHeld = true }
            let yours = try harness.submit(ServiceHarness.submission(), by: ServiceHarness.you)
            #expect(
                try harness.change([running, ready, held, yours], .retry) == [
                    .refused(.notPossible(.running)), .refused(.notPossible(.ready)),
                    .refused(.notPossible(.held)), .unknown,
                ])
        }
    }
}
