import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// What becomes of a submit.
@Suite(.serialized)
struct SubmitTests {
    @Test("a submit is answered after its commit, not before")
    func afterCommit() throws {
        let harness = ServiceHarness()
        try harness.run { harness throws in
            harness.store.hold()
            let future = harness.service.submit(
                [ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
            try #require(harness.store.waitForHeldWrite())
            #expect(!future.isDone)
            #expect(harness.runner.started.isEmpty)
            harness.store.release()
            let receipt = try #require(try future.result(until: .after(ServiceHarness.patience)).first).get()
            #expect(try harness.store.job(receipt.id)?.spec == ServiceHarness.submission().spec)
            #expect(try harness.store.job(receipt.id)?.submitter == ServiceHarness.me)
            #expect(try harness.store.job(receipt.id)?.submitted == harness.clock.now)
        }
    }

    @Test("a receipt tells the state at the commit and how many wait before")
    func receipts() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let first = try #require(try harness.submit([ServiceHarness.submission()]).first)
            #expect(first.state == .running && first.ahead == 0 && first.existing == nil && first.queue == .default)
            let rest = try harness.submit((0..<3).map { _ in ServiceHarness.submission() })
            #expect(rest.map(\.state) == [.ready, .ready, .ready])
            #expect(rest.map(\.ahead) == [0, 1, 2])
            let later = try #require(try harness.submit([ServiceHarness.submission(delay: .seconds(60))]).first)
            #expect(later.state == .scheduled && later.ahead == 0)
        }
    }

    @Test("jobs that a worker took in the same commit are not ahead of anybody")
    func aheadOfNobody() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let receipts = try harness.submit((0..<4).map { _ in ServiceHarness.submission() })
            #expect(receipts.map(\.state) == [.running, .running, .ready, .ready])
            #expect(receipts.map(\.ahead) == [0, 0, 0, 1])
        }
    }

    @Test("one queue that is not there refuses the whole submit")
    func noSuchQueue() throws {
        let stray = ServiceHarness.queue("stray")
        let queues = ["b", "a"].map { QueueSettings(name: ServiceHarness.queue($0), workers: 1) }
        try ServiceHarness(queues: queues).run { harness throws in
            let future = harness.service.submit(
                [
                    ServiceHarness.submission(queue: ServiceHarness.queue("a")),
                    ServiceHarness.submission(queue: stray),
                ], by: ServiceHarness.me, isAdministrator: false)
            let known = ["a", "b"].map(ServiceHarness.queue)
            #expect(try refusal(of: future) == .refused(.noSuchQueue(stray, known: known), index: 1))
            #expect(try harness.store.counts() == JobCounts())
        }
    }

    @Test("the same token again gives the same job, whatever has become of it")
    func tokenAgain() throws {
        try ServiceHarness().run { harness throws in
            let submission = ServiceHarness.submission(token: "t")
            let first = try #require(try harness.submit([submission]).first)
            let again = try #require(try harness.submit([submission]).first)
            #expect(again == Receipt(id: first.id, queue: .default, state: .running, existing: .token, ahead: 0))
            harness.runner.finish(first.id, .exited(code: 1))
            try #require(harness.observer.waitsForEnd(of: first.id))
            #expect(try harness.submit([submission]).first?.state == .failed)
            #expect(harness.runner.started.count == 1)
        }
    }

    @Test("the same token with other content is refused, with all that came with it")
    func tokenTaken() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(token: "t"))
            let future = harness.service.submit(
                [ServiceHarness.submission("new"), ServiceHarness.submission("other", token: "t")],
                by: ServiceHarness.me, isAdministrator: false)
            #expect(try refusal(of: future) == .refused(.tokenTaken(token: "t", job: id), index: 1))
            #expect(try harness.store.jobs(matching: JobFilter(), page: JobPage(limit: 9)).map(\.id) == [id])
        }
    }

    @Test("a token is its user's own")
    func tokenPerUser() throws {
        try ServiceHarness().run { harness throws in
            let mine = try harness.submit(ServiceHarness.submission(token: "t"))
            let yours = try harness.submit(ServiceHarness.submission("other", token: "t"), by: ServiceHarness.you)
            #expect(mine != yours)
        }
    }

    @Test("a token twice in one submit makes one job")
    func tokenTwice() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let submission = ServiceHarness.submission(token: "t")
            let receipts = try harness.submit([submission, ServiceHarness.submission(), submission])
            #expect(receipts[0].id == receipts[2].id && receipts[0].id != receipts[1].id)
            #expect(receipts.map(\.existing) == [nil, nil, .token])
            #expect(try harness.store.counts()[.default, .running] == 2)
        }
    }

    @Test("a token twice in one submit for different jobs is refused")
    func tokenTwiceDifferent() throws {
        try ServiceHarness().run { harness throws in
            let submissions = [ServiceHarness.submission("a", token: "t"), ServiceHarness.submission("b", token: "t")]
            let future = harness.service.submit(submissions, by: ServiceHarness.me, isAdministrator: false)
            #expect(try refusal(of: future) == .refused(.tokenTaken(token: "t", job: nil), index: 1))
            #expect(try harness.store.counts() == JobCounts())
        }
    }

    @Test("a token in two submits of one commit makes one job")
    func tokenInOneCommit() throws {
        try ServiceHarness().run { harness throws in
            harness.store.hold()
            let blocker = harness.service.ping()
            try #require(harness.store.waitForHeldWrite())
            let writes = harness.store.writes
            let same = (0..<3).map { _ in
                harness.service.submit(
                    [ServiceHarness.submission(token: "t")], by: ServiceHarness.me, isAdministrator: false)
            }
            let other = harness.service.submit(
                [ServiceHarness.submission("x", token: "t")], by: ServiceHarness.me, isAdministrator: false)
            harness.store.release()
            try blocker.result(until: .after(ServiceHarness.patience))
            let receipts = try same.map {
                try #require(try $0.result(until: .after(ServiceHarness.patience)).first).get()
            }
            #expect(Set(receipts.map(\.id)).count == 1)
            #expect(receipts.map(\.existing) == [nil, .token, .token])
            #expect(try refusal(of: other) == .refused(.tokenTaken(token: "t", job: receipts[0].id), index: 0))
            // The one that was held, and one for all that waited meanwhile.
            #expect(harness.store.writes == writes + 2)
        }
    }

    @Test("many clients at once each get jobs of their own, and all of them run")
    func manyClients() throws {
        try ServiceHarness(workers: 4).run { harness throws in
            harness.runner.finishAll()
            let service = harness.service
            let ids = Monitor<[JobID]>([])
            let clients = try (0..<8).map { client in
                try DaemonThread(name: "client") {
                    for number in 0..<25 {
                        let submission = ServiceHarness.submission("\(client).\(number)")
                        let future = service.submit([submission], by: ServiceHarness.me, isAdministrator: false)
                        guard let receipts = try? future.result(until: .after(ServiceHarness.patience)) else { return }
                        ids.withLock { $0 += receipts.compactMap { try? $0.get().id } }
                    }
                }
            }
            for client in clients { try #require(client.join(until: .after(ServiceHarness.patience))) }
            let all = ids.withLock { $0 }
            #expect(all.count == 200 && Set(all).count == 200)
            for id in all { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(try harness.store.counts().queues == [.default: [.succeeded: 200]])
            #expect(harness.runner.peak(of: .default) <= 4)
            #expect(harness.runner.started.count == 200)
        }
    }

    @Test("what the spec does not say, the queue says")
    func defaults() throws {
        let settings = QueueSettings(
            name: .default, workers: 2, timeout: .seconds(7), killAfter: .seconds(3), outputLimit: 99)
        try ServiceHarness(queues: [settings]).run { harness throws in
            let command = Command(arguments: ["x"])
            let plain = Submission(spec: JobSpec(command: command))
            let own = Submission(spec: JobSpec(command: command, name: "n", timeout: .seconds(1), killAfter: .zero))
            let ids = try harness.submit([plain, own]).map(\.id)
            try #require(harness.runner.waitForStart(of: 2))
            let orders = harness.runner.started.sorted { $0.id.job < $1.id.job }
            #expect(orders.map(\.id) == ids.map { AttemptID(job: $0, number: 1) })
            #expect(orders.map(\.timeout) == [.seconds(7), .seconds(1)])
            #expect(orders.map(\.killAfter) == [.seconds(3), .zero])
            #expect(orders.map(\.outputLimit) == [99, 99])
            #expect(orders.map(\.name) == [nil, "n"])
            #expect(orders.allSatisfy { $0.submitter == ServiceHarness.me && $0.command == command })
        }
    }
}
