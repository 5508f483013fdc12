import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that are to be something else before they start.
@Suite(.serialized)
struct EditTests {
    private static let other = ServiceHarness.queue("other")
    private static let queues = [
        QueueSettings(name: .default, workers: 1), QueueSettings(name: other, workers: 1, timeout: .seconds(7)),
    ]

    @Test("each field that is edited is different afterwards, and the others are as they were")
    func fields() throws {
        try ServiceHarness(queues: Self.queues).run { harness throws in
            try harness.start()
            try harness.start(ServiceHarness.submission(queue: Self.other))
            let id = try harness.submit { $0.needs = [:] }
            var expected = try harness.job(id).spec
            let edit = JobEdit(queue: Self.other, name: "new", priority: -7, arguments: ["/bin/true", "x"])
            #expect(try harness.change(id, .edit(edit)) == .done(.ready))
            expected.queue = Self.other
            expected.name = "new"
            expected.priority = -7
            expected.command.arguments = ["/bin/true", "x"]
            #expect(try harness.job(id).spec == expected)
            #expect(try harness.store.changes(of: id).map(\.cause) == [.edited("queue,name,priority,command")])
        }
    }

    @Test("a job that is moved to another queue runs there, by that queue's rules")
    func moved() throws {
        try ServiceHarness(queues: Self.queues).run { harness throws in
            try harness.start()
            let id = try harness.submit()
            let behind = try harness.submit()
            #expect(try harness.change(id, .edit(JobEdit(queue: Self.other))) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.started.last?.queue == Self.other)
            #expect(harness.runner.started.last?.timeout == .seconds(7))
            #expect(try harness.submit([ServiceHarness.submission()]).first?.ahead == 1)
            #expect(try harness.why(behind) == .busy(taken: 1, workers: 1, slots: 1, ahead: 0))
        }
    }

    @Test("a time that is edited counts from the edit, and none is at once")
    func start() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let ready = try harness.submit()
            let scheduled = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            let blocked = try harness.submit(ServiceHarness.dependant(of: blocker))
            let held = try harness.submit { $0.isHeld = true }
            harness.clock.advance(by: .seconds(10))
            let due = harness.clock.now + .seconds(5)
            let all = [ready, scheduled, blocked, held]
            #expect(
                try harness.change(all, .edit(JobEdit(start: .notBefore(.after(.seconds(5)))))) == [
                    .done(.scheduled), .done(.scheduled), .done(.blocked), .done(.held),
                ])
            #expect(
                try all.map { try harness.state($0) } == [
                    .scheduled(until: due), .scheduled(until: due), .blocked(notBefore: due), .held(notBefore: due),
                ])
            #expect(
                try harness.change(all, .edit(JobEdit(start: .atOnce))) == [
                    .done(.ready), .done(.ready), .done(.blocked), .done(.held),
                ])
            #expect(try harness.job(ready).spec.start == nil)
        }
    }

    @Test("a job whose time is edited to an earlier one is started then")
    func earlier() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(delay: .seconds(3_600)))
            let at = harness.clock.now + .seconds(60)
            #expect(try harness.change(id, .edit(JobEdit(start: .notBefore(.at(at))))) == .done(.scheduled))
            try harness.advance(by: .seconds(60))
            #expect(try harness.state(id) == .running(attempt: 1))
        }
    }

    @Test("what runs cannot change after the first start, the rest can until the next one")
    func hasStarted() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.retry = RetryRequest(retries: 1, backoff: .seconds(3_600))
                })
            try harness.finish(id, .exited(code: 1))
            #expect(try harness.change(id, .edit(JobEdit(arguments: ["x"]))) == .refused(.hasStarted))
            let edit = JobEdit(priority: 4, start: .atOnce)
            #expect(try harness.change(id, .edit(edit)) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 2))
        }
    }

    @Test("only root says what root's jobs run")
    func rootsCommand() throws {
        try ServiceHarness().run { harness throws in
            let root = Submitter(user: 0, group: 0)
            let id = try harness.submit(ServiceHarness.submission { $0.isHeld = true }, by: root)
            let member = Requester(user: 7, isAdministrator: true)
            let edit = ChangeRequest.edit(JobEdit(arguments: ["sh"]))
            #expect(try harness.change(id, edit, by: member) == .refused(.rootOnly))
            #expect(try harness.change(id, .edit(JobEdit(priority: 3)), by: member) == .done(.held))
            #expect(try harness.change(id, edit, by: Requester(user: 0, isAdministrator: true)) == .done(.held))
        }
    }

    @Test("an edit is refused where it makes no sense")
    func refusals() throws {
        try ServiceHarness(queues: Self.queues).run { harness throws in
            let ended = try harness.start()
            try harness.finish(ended)
            let running = try harness.start()
            let yours = try harness.submit(ServiceHarness.submission(), by: ServiceHarness.you)
            let waiting = try harness.submit()
            let priority = ChangeRequest.edit(JobEdit(priority: 1))
            #expect(
                try harness.change([ended, running, yours, JobID(rawValue: 99)], priority) == [
                    .refused(.alreadyFinal(.succeeded)), .refused(.notPossible(.running)), .unknown, .unknown,
                ])
            let stray = ServiceHarness.queue("stray")
            #expect(
                try harness.change(waiting, .edit(JobEdit(queue: stray, priority: 9)))
                    == .refused(.invalid(.noSuchQueue(stray, known: [.default, Self.other]))))
            #expect(try harness.job(waiting).spec.priority == 0)
        }
    }

    @Test("a job is not moved to a queue that has fewer workers than it takes up")
    func tooWide() throws {
        let queues = [QueueSettings(name: .default, workers: 3), Self.queues[1]]
        try ServiceHarness(queues: queues).run { harness throws in
            try harness.start()
            let wide = try harness.submit { $0.slots = 3 }
            #expect(
                try harness.change(wide, .edit(JobEdit(queue: Self.other)))
                    == .refused(.invalid(.tooManySlots(3, workers: 1))))
            // It stays where it was taken, also when its queue has become smaller.
            try harness.set(.workers, "2")
            #expect(try harness.change(wide, .edit(JobEdit(priority: 1))) == .done(.ready))
        }
    }
}
