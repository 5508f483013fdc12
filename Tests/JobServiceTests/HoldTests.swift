import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that somebody keeps from starting.
@Suite(.serialized)
struct HoldTests {
    @Test("a job that is submitted as held does not start before its release")
    func born() throws {
        try ServiceHarness().run { harness throws in
            let receipt = try #require(
                try harness.submit([ServiceHarness.submission("held") { $0.isHeld = true }]).first)
            #expect(receipt.state == .held)
            #expect(harness.runner.started.isEmpty)
            #expect(try harness.change(receipt.id, .release) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 1))
        }
    }

    @Test("a waiting job is held and released, and waits on for what it waited for")
    func waiting() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let due = harness.clock.now + .seconds(60)
            let ids = try [
                harness.submit(), harness.submit(ServiceHarness.submission(delay: .seconds(60))),
                harness.submit(ServiceHarness.dependant(of: blocker)),
            ]
            #expect(try harness.change(ids, .hold) == Array(repeating: .done(.held), count: 3))
            #expect(
                try harness.change(ids, .release) == [.done(.ready), .done(.scheduled), .done(.blocked)])
            #expect(try harness.state(ids[1]) == .scheduled(until: due))
        }
    }

    @Test("a time that passes while a job is held is no reason to wait after its release")
    func timePasses() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            #expect(try harness.change(id, .hold) == .done(.held))
            try harness.advance(by: .seconds(61))
            #expect(try harness.state(id)?.name == .held)
            #expect(try harness.change(id, .release) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 1))
        }
    }

    @Test("a held job waits for no worker: those behind it start")
    func overtaken() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let held = try harness.submit()
            let next = try harness.submit()
            #expect(try harness.change(held, .hold) == .done(.held))
            try harness.finish(blocker)
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs.last == next)
        }
    }

    @Test("hold and release are refused where they make no sense; holding what is held is no error")
    func refusals() throws {
        try ServiceHarness().run { harness throws in
            let ended = try harness.start()
            try harness.finish(ended)
            let running = try harness.start()
            let held = try harness.submit { $0.isHeld = true }
            let ready = try harness.submit()
            let yours = try harness.submit(ServiceHarness.submission(), by: ServiceHarness.you)
            #expect(
                try harness.change([ended, running, held, yours], .hold) == [
                    .refused(.alreadyFinal(.succeeded)), .refused(.notPossible(.running)), .done(.held), .unknown,
                ])
            #expect(
                try harness.change([ended, running, ready, yours], .release) == [
                    .refused(.alreadyFinal(.succeeded)), .refused(.notPossible(.running)),
                    .refused(.notPossible(.ready)), .unknown,
                ])
            #expect(try harness.change(yours, .hold, by: ServiceHarness.administrator) == .done(.held))
        }
    }

    @Test("a held job whose dependency fails has failed, and cannot be released")
    func dependencyFails() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(ServiceHarness.dependant(of: first))
            #expect(try harness.change(id, .hold) == .done(.held))
            try harness.finish(first, .exited(code: 1))
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(try harness.change(id, .release) == .refused(.alreadyFinal(.failed)))
        }
    }
}
