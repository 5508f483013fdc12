import JobService
import JobStore
import Jobs
import Testing
import Threading

/// What is told of a job's life.
@Suite(.serialized)
struct HistoryTests {
    private func life(_ id: JobID, _ harness: ServiceHarness) throws -> [String] {
        try harness.service.history(of: try harness.job(id), last: .max).map { step in
            let actor =
                switch step.by {
                case .daemon: "jobd"
                case .user(let user): "\(user)"
                }
            let cause =
                switch step.cause {
                case .submitted: "submitted"
                case .claimed(let attempt): "claimed \(attempt)"
                case .ended(let attempt, let outcome): "ended \(attempt) \(outcome)"
                case .changed(let cause): "\(cause)"
                }
            return "\(actor): \(cause) -> \(step.state)"
        }
    }

    @Test("a long life is told from its submit to its end, each step with who and why")
    func longLife() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(
                ServiceHarness.submission(
                    delay: .seconds(60), after: [Dependency(on: first, condition: .succeeded)]
                ) { $0.retry = RetryRequest(retries: 1, backoff: .zero) })
            _ = try harness.change(id, .hold)
            _ = try harness.change(id, .edit(JobEdit(priority: 3)), by: ServiceHarness.administrator)
            _ = try harness.change(id, .release)
            try harness.finish(first)
            try harness.advance(by: .seconds(60))
            try #require(harness.runner.waitForStart(of: 2))
            try harness.finish(id, .exited(code: 9))
            try #require(harness.runner.waitForStart(of: 3))
            _ = try harness.change(id, .cancel)
            try #require(harness.observer.waits(forEnds: 2, of: id))
            _ = try harness.change(id, .retry)
            try #require(harness.runner.waitForStart(of: 4))
            try harness.finish(id)
            #expect(
                try life(id, harness) == [
                    "1000: submitted -> blocked", "1000: held -> held", "0: edited(\"priority\") -> held",
                    "1000: released -> blocked", "jobd: dependenciesMet -> scheduled", "jobd: due -> ready",
                    "jobd: claimed 1 -> running", "jobd: ended 1 exited(code: 9) -> ready",
                    "jobd: claimed 2 -> running", "1000: cancelled -> running", "jobd: ended 2 cancelled -> cancelled",
                    "1000: retried -> ready", "jobd: claimed 3 -> running",
                    "jobd: ended 3 exited(code: 0) -> succeeded",
                ])
        }
    }

    @Test("what was asked for in vain, or again, is no step of a life")
    func noSteps() throws {
        try ServiceHarness().run { harness throws in
            harness.runner.ignoreStops()
            let id = try harness.start()
            for _ in 0..<3 { #expect(try harness.change(id, .cancel) == .stopping) }
            _ = try harness.change(id, .hold)
            _ = try harness.change(id, .release)
            _ = try harness.change(id, .edit(JobEdit(priority: 1)))
            #expect(
                try life(id, harness) == [
                    "1000: submitted -> ready", "jobd: claimed 1 -> running", "1000: cancelled -> running",
                ])
        }
    }

    @Test("a wait for a resource is no step that people see")
    func parked() throws {
        try ServiceHarness(workers: 2, resources: ["gpu": 1]).run { harness throws in
            let needs = ServiceHarness.submission("needs") { $0.needs = ["gpu": 1] }
            let first = try harness.start(needs)
            let second = try harness.submit(needs)
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 2))
            #expect(try life(second, harness) == ["1000: submitted -> ready", "jobd: claimed 1 -> running"])
        }
    }

    @Test("each change is told to the observer, after it is stored")
    func observer() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            _ = try harness.change(id, .hold)
            _ = try harness.change(id, .release)
            try harness.advance(by: .seconds(60))
            let expected: [RecordingServiceObserver.News] = [
                .changed(id, .held, .held), .changed(id, .released, .scheduled), .changed(id, .due, .ready),
                .started(id, attempt: 1),
            ]
            try #require(harness.observer.waits { $0 == .started(id, attempt: 1) })
            #expect(harness.observer.news == expected)
        }
    }
}
