import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

/// A configuration that changes while the daemon runs.
@Suite("Reloading the configuration of a real daemon")
struct ReloadTests {
    private func write(_ configuration: String, for daemon: TestDaemon) throws {
        try FileWriting.write(configuration, to: "\(daemon.folder)/jobd.toml")
    }

    private func reload(_ daemon: TestDaemon) throws -> [String] {
        try ReloadCall.Answer(daemon.call(ReloadCall.method, [:])).changes
    }

    private func workers(_ daemon: TestDaemon) throws -> [String: Int] {
        let queues = try QueuesCall.Answer(daemon.call(QueuesCall.method, [:])).queues
        return Dictionary(uniqueKeysWithValues: queues.map { ($0.name, $0.workers) })
    }

    @Test("what changed holds when the answer comes, and the answer says what changed")
    func changes() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1\n[queues.old]\nworkers = 1")
        let gate = daemon.gate()
        let running = try daemon.submit("sh", "-c", "echo ready; cat \(gate)")
        try daemon.waitForLine("ready", of: running)
        try write(
            """
            [daemon]
            drain_timeout = "5s"
            [queues.default]
            workers = 3
            timeout = "1h"
            [queues.new]
            workers = 2
            [resources]
            gpu = 4
            """, for: daemon)
        #expect(
            try reload(daemon) == [
                "daemon.drain_timeout: 1min → 5s", "queues.default.timeout: not set → 1h",
                "queues.default.workers: 1 → 3", "resources.gpu: not set → 4", "queue new: new",
                "queue old: gone; what waits in it stays there until it is configured again",
            ])
        #expect(try workers(daemon) == ["default": 3, "new": 2])
        let status = try StatusCall.Answer(daemon.call(StatusCall.method, [:]))
        #expect(status.resources == ["gpu": 4] && status.configuration == "\(daemon.folder)/jobd.toml")
        // What runs was not touched, and others run beside it now.
        let beside = try daemon.submit("true")
        #expect(try daemon.wait(for: [beside]).map(\.state) == [.succeeded])
        #expect(try daemon.job(running).state == .running)
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [running]).map(\.state) == [.succeeded])
        #expect(try reload(daemon) == [])
    }

    @Test(
        "with something wrong in the file nothing changes, and the error names file, line, key and reason",
        arguments: [
            ("[queues.default]\nworkers = 9\nretries = -1", ":3: queues.default.retries must be a whole number"),
            ("[queues.default]\nworkers = 9\n[quues]", ":3: quues is not known here"),
            ("[queues.default]\nworkers = ", ":2: is not TOML"),
        ])
    func badFile(text: String, problem: String) throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        try write(text, for: daemon)
        let error = #expect(throws: VarlinkError.self) { _ = try reload(daemon) }
        #expect(error?.name == "io.jobd.Daemon.InvalidConfiguration")
        let problems = error?.parameters["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(problems.count == 1 && problems[0].contains("jobd.toml\(problem)"), "\(problems)")
        #expect(try workers(daemon) == ["default": 2])
        try write("[queues.default]\nworkers = 4", for: daemon)
        #expect(try reload(daemon) == ["queues.default.workers: 2 → 4"])
    }

    @Test("what holds from the next start on only is said to")
    func laterChanges() throws {
        let daemon = try TestDaemon()
        try write("[daemon]\nkeep_free = \"64MiB\"", for: daemon)
        #expect(
            try reload(daemon) == [
                "daemon.keep_free: 33554432 bytes → 67108864 bytes, from the next start on"
            ])
    }

    @Test("a file that is gone is an error where it was named, and the old configuration holds on")
    func missingFile() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        unlink("\(daemon.folder)/jobd.toml")
        #expect(throws: VarlinkError.self) { _ = try reload(daemon) }
        #expect(try workers(daemon) == ["default": 2])
    }

    @Test("SIGHUP reloads, and the service manager sees when it begins and ends")
    func signal() throws {
        // Without a terminal, whose end the signal means otherwise.
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2", wrapper: ["setsid"])
        try write("[queues.default]\nworkers = 5", for: daemon)
        daemon.signal(SIGHUP)
        let times = try daemon.waitForNotification("MONOTONIC_USEC=").split(separator: "=")
        #expect(times.count == 2 && Int64(times[1]) ?? 0 > 0)
        try daemon.waitForNotification("READY=1")
        #expect(try workers(daemon) == ["default": 5])
        #expect(daemon.errors.contains("reloaded the configuration: queues.default.workers: 2 → 5"))
    }

    @Test("only administrators reload", .enabled(if: geteuid() == 0))
    func notForEverybody() throws {
        let daemon = try TestDaemon()
        let answer = try daemon.call(as: IdentityTests.nobody, ReloadCall.method, "{}")
        #expect(answer["error"] == .string("org.varlink.service.PermissionDenied"))
    }

    @Test("what is set beside the file holds on over a reload")
    func madeSettings() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        _ = try daemon.call(SetCall.method, SetCall(queue: .default, settings: ["workers": "3"]).parameters)
        try write("[queues.default]\nworkers = 7", for: daemon)
        #expect(try reload(daemon) == ["queues.default.workers: 2 → 7"])
        #expect(try workers(daemon) == ["default": 3])
    }

    @Test("debug messages appear and go with the log level")
    func logLevel() throws {
        let daemon = try TestDaemon(configuration: "[daemon]\nlog_level = \"error\"")
        try write("[daemon]\nlog_level = \"info\"", for: daemon)
        #expect(try reload(daemon) == ["daemon.log_level: error → info"])
        #expect(daemon.errors.contains("reloaded the configuration"))
        try write("[daemon]\nlog_level = \"error\"", for: daemon)
        #expect(try reload(daemon) == ["daemon.log_level: info → error"])
        #expect(daemon.errors.split(separator: "\n").count { $0.contains("reloaded") } == 1)
    }
}
