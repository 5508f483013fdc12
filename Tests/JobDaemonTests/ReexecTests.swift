import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

/// A daemon that becomes another program while its jobs run.
@Suite("Upgrading a real daemon in place")
struct ReexecTests {
    private func reexecute(_ daemon: TestDaemon) throws -> ReexecCall.Answer {
        let answer = try ReexecCall.Answer(daemon.call(ReexecCall.method, [:]))
        // The manager's socket holds a few words only.
        try daemon.waitForNotification("READY=1")
        return answer
    }

    @Test("the process stays, and running jobs go on: what they print, how they end, when they began")
    func goesOn() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "echo one; printf t; cat \(gate) >&2; echo wo; echo three; exit 7")
        try daemon.waitForLine("one", of: id)
        let before = try daemon.job(id)
        for _ in 0..<3 {
            let answer = try reexecute(daemon)
            #expect(answer == .init(oldVersion: Version.text, version: Version.text, running: 1))
        }
        #expect(try StatusCall.Answer(daemon.call(StatusCall.method, [:])).pid == daemon.process)
        #expect(try daemon.job(id).state == .running)
        try daemon.open(gate: gate)
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .failed && job.attempts.map(\.exitCode) == [7])
        #expect(job.attempts.map(\.claimed) == before.attempts.map(\.claimed))
        #expect(try daemon.output(of: id) == "one\ntwo\nthree\n")
        // And everything else works as before.
        let next = try daemon.submit("true")
        #expect(try daemon.wait(for: [next]).map(\.state) == [.succeeded])
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        #expect(access(daemon.socket, F_OK) != 0)
    }

    @Test("timeouts, cancels and pauses hold across it")
    func control() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4")
        let late = try daemon.submit(
            "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done", timeout: .milliseconds(500),
            killAfter: .milliseconds(500))
        let cancelled = try daemon.submit("sh", "-c", "echo ready; exec sleep 300")
        let paused = try daemon.submit("sh", "-c", "echo ready; exec sleep 300")
        for id in [late, cancelled, paused] { try daemon.waitForLine("ready", of: id) }
        _ = try daemon.change(PauseJobsCall.self, paused)
        _ = try reexecute(daemon)
        #expect(try daemon.job(paused).isFrozen)
        #expect(try daemon.wait(for: [late]).map(\.reason) == ["timeout"])
        _ = try reexecute(daemon)
        _ = try daemon.change(ResumeJobsCall.self, paused)
        #expect(try !daemon.job(paused).isFrozen)
        for id in [cancelled, paused] {
            _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
        }
        #expect(try daemon.wait(for: [cancelled, paused]).map(\.state) == [.cancelled, .cancelled])
    }

    @Test("its workers are taken by the jobs that go on, and free when those have ended")
    func workers() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let gate = daemon.gate()
        let first = try daemon.submit("cat", gate)
        let second = try daemon.submit("true")
        try daemon.waitForState(.running, of: first)
        _ = try reexecute(daemon)
        #expect(try daemon.job(second).state == .ready)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [first, second]).map(\.state) == [.succeeded, .succeeded])
    }

    @Test("a job goes on whose queue was taken out of the configuration")
    func forgottenQueue() throws {
        let daemon = try TestDaemon(configuration: "[queues.old]\nworkers = 2")
        let gate = daemon.gate()
        let old = try #require(QueueName("old"))
        let id = try daemon.submit(["cat", gate]) { $0.queue = old }
        try daemon.waitForState(.running, of: id)
        try FileWriting.write("[queues.new]\nworkers = 1", to: "\(daemon.folder)/jobd.toml")
        _ = try reexecute(daemon)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a program that cannot start is refused, with its own words, and nothing has changed")
    func brokenProgram() throws {
        let daemon = try TestDaemon(ownProgram: true)
        let gate = daemon.gate()
        let id = try daemon.submit("cat", gate)
        try daemon.waitForState(.running, of: id)
        try daemon.replaceProgram(by: "#!/bin/sh\necho 'no such library' >&2\nexit 127\n")
        let error = #expect(throws: VarlinkError.self) { _ = try reexecute(daemon) }
        #expect(error?.name == ReexecCall.refusal)
        #expect(error?.parameters["reason"]?.stringValue?.contains("no such library") == true)
        #expect(try daemon.job(id).state == .running)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a bad configuration is refused, with the file and the key, and the old one holds on")
    func badConfiguration() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        try FileWriting.write("[queues.default]\nworkers = 0", to: "\(daemon.folder)/jobd.toml")
        let error = #expect(throws: VarlinkError.self) { _ = try reexecute(daemon) }
        #expect(error?.name == "io.jobd.Daemon.InvalidConfiguration")
        let id = try daemon.submit("true")
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("where the program is gone at the last moment, the old one goes on, and who asked is told")
    func vanishedProgram() throws {
        let daemon = try TestDaemon(ownProgram: true)
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "echo ready; cat \(gate); exit 3")
        try daemon.waitForLine("ready", of: id)
        try daemon.replaceProgram(by: "#!/bin/sh\nrm \"$0\"\necho 'takes over'\n")
        let error = #expect(throws: VarlinkError.self) { _ = try reexecute(daemon) }
        #expect(error?.name == ReexecCall.refusal)
        #expect(error?.parameters["reason"]?.stringValue?.contains("execve") == true)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.attempts.first?.exitCode) == [3])
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
    }

    @Test("another user may not ask for it", .enabled(if: geteuid() == 0))
    func rights() throws {
        let daemon = try TestDaemon()
        let reply = try daemon.call(as: IdentityTests.nobody, ReexecCall.method, "{}")
        #expect(reply["error"]?.stringValue == "org.varlink.service.PermissionDenied")
    }

    @Test(
        "without cgroups it is the same, and nothing that a job leaves behind gets away", .enabled(if: geteuid() == 0))
    func sessions() throws {
        let daemon = try TestDaemon(wrapper: TestDaemon.withoutCgroups)
        let status = try StatusCall.Answer(daemon.call(StatusCall.method, [:]))
        #expect(status.containment.contains("no cgroup of our own"))
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "setsid sleep 300 & echo ready; cat \(gate); exit 4")
        try daemon.waitForLine("ready", of: id)
        for _ in 0..<2 { #expect(try reexecute(daemon).running == 1) }
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.attempts.first?.exitCode) == [4])
        for entry in try ProcessTable.entries() {
            #expect(try !ProcessTable.environment(of: entry.id).contains("JOBD_ID=\(id)") || entry.isZombie)
        }
    }

    @Test("a job starts after it as before: limits, signals, environment, descriptors")
    func surroundings() throws {
        let daemon = try TestDaemon()
        func surroundings() throws -> String {
            let script = "ulimit -Sn; ulimit -Hn; ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status; env"
            let id = try daemon.submit("sh", "-c", script)
            #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
            return try daemon.output(of: id).replacing("JOBD_ID=\(id)", with: "JOBD_ID=")
        }
        let before = try surroundings()
        _ = try reexecute(daemon)
        #expect(try surroundings() == before)
    }

    @Test("a request to stop is never lost on the way", arguments: 0..<6)
    func stopMeanwhile(round: Int) throws {
        let daemon = try TestDaemon()
        let client = try daemon.connect()
        defer { client.close() }
        try client.send(Call(method: ReexecCall.method, parameters: [:]))
        // The first ones come before it begins, the others after: at another moment each time.
        if round > 1 { try daemon.waitForNotification("RELOADING=1") }
        let moment = BootTime.now + .milliseconds(8 * round)
        while BootTime.now < moment { sched_yield() }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
    }

    @Test("it leaves no descriptor open")
    func descriptors() throws {
        let daemon = try TestDaemon()
        _ = try reexecute(daemon)
        func count() throws -> Int { try Directory.names(in: "/proc/\(daemon.process)/fd").count }
        let before = try count()
        for _ in 0..<4 { _ = try reexecute(daemon) }
        try daemon.waitUntil { try count() <= before }
    }
}
