import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Threading
import Varlink

@Suite("After a crash")
struct CrashTests {
    @Test("after kill -9 a running job is lost, what was left of it is gone, and what waited runs")
    func lost() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let left = "\(daemon.folder)/left"
        let running = try daemon.submit(
            "sh", "-c", "trap '' TERM; (trap '' TERM; exec setsid sleep 600) & echo $! > \(left); echo ready; wait")
        let waiting = try daemon.submit("true")
        try daemon.waitForLine("ready", of: running)
        daemon.signal(SIGKILL)
        #expect(try daemon.waitForExit() == 128 + SIGKILL)
        let process = try #require(Int32(String(decoding: try FileContent.read(left).dropLast(), as: UTF8.self)))
        #expect(try ProcessTable.entries().contains { $0.id == process && !$0.isZombie })
        try daemon.start()
        // READY comes after the old attempt was proven gone.
        #expect(try !ProcessTable.entries().contains { $0.id == process && !$0.isZombie })
        let job = try daemon.job(running)
        #expect(job.state == .failed)
        #expect(job.reason == "lost")
        #expect(job.attempts.map(\.outcome) == ["lost"])
        #expect(try daemon.wait(for: [waiting]).map(\.state) == [.succeeded])
    }

    @Test("of 2,000 submits of 8 clients over ten kill -9 every acknowledged job is there, none twice, none stuck")
    func storm() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4\njournal = \"off\"")
        let acknowledged = Monitor<[String: JobID]>([:])
        let more = Condition()
        let socket = daemon.socket
        let clients = try (0..<8).map { client in
            try DaemonThread(name: "client \(client)") {
                for number in 0..<250 {
                    let token = "\(client)-\(number)"
                    let id = Self.submit(token, to: socket)
                    acknowledged.withLock { $0[token] = id }
                    more.signal()
                }
            }
        }
        for round in 1...10 {
            let enough = round * 180
            let isEnough: Void? = acknowledged.wait(on: more, until: .after(TestDaemon.patience)) { ids in
                ids.count < enough ? nil : ()
            }
            try #require(isEnough != nil, "the clients get no answers")
            daemon.signal(SIGKILL)
            _ = try daemon.waitForExit()
            try daemon.start()
        }
        for client in clients { #expect(client.join(until: .after(TestDaemon.patience))) }

        let ids = acknowledged.withLock { $0 }
        #expect(ids.count == 2000)
        #expect(Set(ids.values).count == 2000)
        let jobs = try daemon.wait(for: ids.values.sorted())
        #expect(Set(jobs.map(\.id)) == Set(ids.values))
        // Each ran once, or was running when the daemon was killed.
        #expect(jobs.allSatisfy { $0.attempts.count == 1 })
        #expect(jobs.allSatisfy { $0.state == .succeeded || $0.reason == "lost" })
        // Nothing is there that nobody submitted.
        let newest = try ListCall.Answer(daemon.call(ListCall.method, ListCall(limit: 1).parameters)).jobs.first
        #expect(newest?.id.rawValue == 2000)
    }

    @Test("a lock that a dead daemon's child still holds, because it had not executed its program yet, is waited for")
    func inheritedLock() throws {
        let daemon = try TestDaemon()
        daemon.signal(SIGKILL)
        _ = try daemon.waitForExit()
        // The shell notes its own number as the daemon does, and is gone when the lock is not.
        let gate = daemon.gate()
        let lock = "\(daemon.state)/lock"
        let shell = try TestProgram.start(
            ["sh", "-c", "exec 9>\(lock); flock 9; echo $$ >&9; (exec cat \(gate) >/dev/null) & :"], environment: [],
            errors: "\(daemon.folder)/shell")
        #expect(try TestProgram.waitForExit(of: shell, within: TestDaemon.patience) == 0)
        try daemon.launch()
        try daemon.waitUntil { daemon.errors.contains("waiting for what jobd (pid") }
        try daemon.open(gate: gate)
        try daemon.waitForNotification("READY=1")
    }

    /// Asks until there is an answer: with a token that makes no second job.
    private static func submit(_ token: String, to socket: String) -> JobID {
        let item = SubmitCall.Item(spec: JobSpec(command: Command(arguments: ["true"], directory: "/")), token: token)
        while true {
            guard let client = try? VarlinkClient(connectingTo: socket) else {
                sched_yield()
                continue
            }
            defer { client.close() }
            let call = SubmitCall(jobs: [item])
            if let reply = try? client.call(SubmitCall.method, call.parameters, within: TestDaemon.patience),
                let receipt = try? SubmitCall.Answer(reply).jobs.first?.get()
            {
                return receipt.id
            }
        }
    }

    @Test("when the disk refuses a commit nothing more is acknowledged, the daemon says why and exits 74")
    func storageFailure() throws {
        let daemon = try TestDaemon()
        // Enough for what there is, not for many more jobs.
        try daemon.limitFileSize(to: 400_000)
        var acknowledged: [JobID] = []
        let long = String(repeating: "x", count: 10_000)
        let error = #expect(throws: (any Error).self) {
            for _ in 0..<1_000 {
                let spec = JobSpec(
                    command: Command(arguments: ["true", long], directory: "/"), start: .after(.seconds(3600)))
                acknowledged.append(try daemon.submit([.init(spec: spec)])[0].id)
            }
        }
        #expect(error != nil)
        #expect(try daemon.waitForExit() == 74)
        #expect(daemon.errors.contains("storage failed"))
        try daemon.start()
        for id in acknowledged { #expect(try daemon.job(id).state == .scheduled) }
    }

    @Test("two daemons cannot share a state folder: the second says who has it and exits 69")
    func lock() throws {
        let daemon = try TestDaemon()
        let errors = "\(daemon.folder)/second"
        let second = try TestProgram.start(
            [TestProgram.path("jobd"), "--state-directory", daemon.state, "--socket", "\(daemon.folder)/other.sock"],
            environment: [], errors: errors)
        #expect(try TestProgram.waitForExit(of: second, within: TestDaemon.patience) == 69)
        let text = String(decoding: try FileContent.read(errors), as: UTF8.self)
        #expect(text.contains("another jobd (pid \(daemon.process)) uses \(daemon.state)"))
        #expect(try daemon.wait(for: [try daemon.submit("true")]).map(\.state) == [.succeeded])
    }
}
