import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Stopping jobs and the daemon")
struct StopTests {
    /// Ignores TERM, in a session of its own, with a child that does too: only a KILL of the whole tree ends it.
    static let stubborn = """
        trap '' TERM
        setsid sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' &
        echo ready
        while :; do sleep 1; done
        """

    @Test("a job that runs too long is stopped with everything it started")
    func timeout() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(
            "sh", "-c", Self.stubborn, timeout: .milliseconds(300), killAfter: .milliseconds(100))
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .failed)
        #expect(job.reason == "timeout")
        #expect(try processes(of: daemon, job: id).isEmpty)
    }

    @Test("a running job that is cancelled is stopped, a waiting one never runs")
    func cancel() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let running = try daemon.submit("sh", "-c", Self.stubborn, killAfter: .milliseconds(100))
        let waiting = try daemon.submit("true")
        try daemon.waitForLine("ready", of: running)
        let call = CancelCall(ids: [running, waiting])
        let answer = try CancelCall.Answer(daemon.call(CancelCall.method, call.parameters))
        #expect(answer.jobs.map(\.result) == [.stopping, .cancelled])
        let jobs = try daemon.wait(for: [running, waiting]).sorted { $0.id < $1.id }
        #expect(jobs.map(\.state) == [.cancelled, .cancelled])
        #expect(jobs.map(\.attempts.count) == [1, 0])
        #expect(try processes(of: daemon, job: running).isEmpty)
        let again = try CancelCall.Answer(daemon.call(CancelCall.method, call.parameters))
        #expect(again.jobs.map(\.result) == [.ended, .ended])
    }

    @Test("a drained daemon lets a running job finish, starts no other, still stores, and exits 0")
    func drain() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let gate = daemon.gate()

        let running = try daemon.submit("sh", "-c", "echo ready; cat \(gate)")
        let waiting = try daemon.submit("true")
        try daemon.waitForLine("ready", of: running)
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("STOPPING=1")
        let late = try daemon.submit("true")
        try daemon.open(gate: gate)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        #expect(try daemon.job(running).state == .succeeded)
        let jobs = try daemon.wait(for: [waiting, late])
        #expect(jobs.map(\.state) == [.succeeded, .succeeded])
    }

    @Test("a second signal skips the wait: the job is interrupted and failed")
    func hurry() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit("sh", "-c", "echo ready; exec sleep 600")
        try daemon.waitForLine("ready", of: id)
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("STOPPING=1")
        daemon.signal(SIGINT)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        let job = try daemon.job(id)
        #expect(job.state == .failed)
        #expect(job.reason == "interrupted")
    }

    @Test("a drain that takes longer than drain_timeout stops what runs")
    func drainTimeout() throws {
        let daemon = try TestDaemon(configuration: "[daemon]\ndrain_timeout = \"200ms\"")
        let id = try daemon.submit("sh", "-c", "echo ready; exec sleep 600")
        try daemon.waitForLine("ready", of: id)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        #expect(try daemon.job(id).reason == "interrupted")
    }

    @Test("the status counts down what a drain still waits for, and how long it may take")
    func countdown() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 3")
        let gates = ["a", "b", "c"].map { daemon.gate($0) }
        for gate in gates { try daemon.waitForLine("ready", of: daemon.submit("sh", "-c", "echo ready; cat \(gate)")) }
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("STOPPING=1")
        for (left, gate) in zip([3, 2, 1], gates) {
            let status = try daemon.waitForNotification("STATUS=draining: \(left) left, ")
            #expect(status.hasSuffix("s at most"))
            try daemon.open(gate: gate)
        }
        #expect(try daemon.waitForExit() == 0)
        #expect(try daemon.notification("STATUS=stopped, nothing runs any more", within: TestDaemon.patience) != nil)
    }

    @Test("a drain asks for more time, but not while a thread is stuck")
    func moreTime() throws {
        let wedges = try TestFolder.make()
        defer { TestFolder.remove(wedges) }
        let daemon = try TestDaemon(environment: ["JOBD_WEDGE=\(wedges)"])
        let id = try daemon.submit("sh", "-c", "echo ready; exec sleep 600")
        try daemon.waitForLine("ready", of: id)
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("EXTEND_TIMEOUT_USEC=15000000")
        try FileWriting.write("", to: "\(wedges)/ledger")
        try daemon.waitUntil { daemon.errors.contains("the service manager is not asked for more time") }
        #expect(daemon.errors.contains("the thread ledger has"))
    }

    @Test("a crash in the middle of a drain loses nothing: not what ran, what waited or what came")
    func crash() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let command = ["sh", "-c", "echo ready $JOBD_ATTEMPT; [ $JOBD_ATTEMPT = 2 ] || exec sleep 600"]
        let running = try daemon.submit(command) { $0.retry = RetryRequest(retries: 1, backoff: .milliseconds(5)) }
        let waiting = try daemon.submit("true")
        try daemon.waitForLine("ready 1", of: running)
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("STOPPING=1")
        let late = try daemon.submit("true")
        daemon.signal(SIGKILL)
        #expect(try daemon.waitForExit() == 128 + SIGKILL)
        try daemon.start()
        let jobs = try daemon.wait(for: [running, waiting, late]).sorted { $0.id < $1.id }
        #expect(jobs.map(\.state) == [.succeeded, .succeeded, .succeeded])
        #expect(jobs.map(\.attemptCount) == [2, 1, 1])
        #expect(jobs[0].attempts.map(\.outcome) == ["lost", "exited"])
    }

    @Test("those who wait are told that the daemon stops")
    func waiterIsTold() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit("sh", "-c", "echo ready; exec sleep 600", killAfter: .milliseconds(100))
        try daemon.waitForLine("ready", of: id)
        let client = try daemon.connect()
        let other = try daemon.submit([
            .init(spec: JobSpec(command: Command(arguments: ["true"]), start: .after(.seconds(3600))))
        ])[0].id
        let stream = try client.callMore(WaitCall.method, WaitCall(ids: [other]).parameters)
        daemon.signal(SIGTERM)
        try daemon.waitForNotification("STOPPING=1")
        daemon.signal(SIGINT)
        let error = #expect(throws: VarlinkError.self) { try stream.next(within: TestDaemon.patience) }
        #expect(error.flatMap(JobError.init) == .shuttingDown)
        #expect(try daemon.waitForExit() == 0)
    }

    private func processes(of daemon: TestDaemon, job: JobID) throws -> [Int32] {
        try ProcessTable.entries().filter { entry in
            guard !entry.isZombie else { return false }
            let variables = try ProcessTable.environment(of: entry.id)
            return variables.contains("JOBD_ID=\(job)") && variables.contains("HOME=\(daemon.folder)")
        }.map(\.id)
    }
}
