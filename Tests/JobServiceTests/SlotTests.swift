import JobService
import Jobs
import Testing
import Threading

/// Jobs that take up several of their queue's workers.
@Suite(.serialized)
struct SlotTests {
    private func wide(_ slots: Int) -> Submission { ServiceHarness.submission("wide") { $0.slots = slots } }

    @Test("a job takes up as many workers as it says")
    func takes() throws {
        try ServiceHarness(workers: 4).run { harness throws in
            let first = try harness.start(wide(3))
            let second = try harness.start()
            let third = try harness.submit()
            #expect(try harness.state(third)?.name == .ready)
            try harness.finish(second)
            try #require(harness.runner.waitForStart(of: 3))
            let fourth = try harness.submit()
            #expect(try harness.state(fourth)?.name == .ready)
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 4))
            #expect(harness.runner.startedJobs == [first, second, third, fourth])
        }
    }

    @Test("a wide job is not overtaken by narrow ones for which there is room")
    func noStarvation() throws {
        try ServiceHarness(workers: 3).run { harness throws in
            let running = try [harness.start(), harness.start()]
            let wide = try harness.submit(wide(3))
            let narrow = try (0..<5).map { _ in try harness.submit() }
            #expect(try harness.states([wide] + narrow).allSatisfy { $0 == .ready })
            #expect(
                try harness.why(wide) == .busy(taken: 2, workers: 3, slots: 3, ahead: 0)
                    && harness.why(narrow[0]) == .busy(taken: 2, workers: 3, slots: 1, ahead: 1))
            for id in running { try harness.finish(id) }
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs == running + [wide])
            try harness.finish(wide)
            try #require(harness.runner.waitForStart(of: 6))
            #expect(Set(harness.runner.startedJobs.dropFirst(3)) == Set(narrow.prefix(3)))
        }
    }

    @Test("a job that takes up more workers than its queue has is refused")
    func tooMany() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let future = harness.service.submit([wide(3)], by: ServiceHarness.me, isAdministrator: false)
            #expect(try refusal(of: future) == .refused(.tooManySlots(3, workers: 2), index: 0))
        }
    }

    @Test("a job whose queue has become smaller takes up all of it")
    func smallerQueue() throws {
        try ServiceHarness(workers: 4).run { harness throws in
            let blocker = try harness.start()
            let wide = try harness.submit(wide(4))
            try harness.set(.workers, "2")
            #expect(try harness.why(wide) == .busy(taken: 1, workers: 2, slots: 2, ahead: 0))
            try harness.finish(blocker)
            try #require(harness.runner.waitForStart(of: 2))
            let next = try harness.submit()
            #expect(try harness.state(next)?.name == .ready)
            try harness.finish(wide)
            try #require(harness.runner.waitForStart(of: 3))
        }
    }

    @Test("many wide and narrow jobs never take up more workers than there are")
    func bound() throws {
        try ServiceHarness(workers: 5, realTime: true).run { harness throws in
            harness.runner.finishAll()
            let ids = try harness.submit((0..<150).map { wide(1 + $0 % 5) }).map(\.id)
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            let peak = try harness.peak(of: ids) { $0.spec.slots }
            #expect(peak <= 5 && peak > 1)
        }
    }
}
