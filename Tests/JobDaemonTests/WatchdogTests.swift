import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("The watchdog and the service manager")
struct WatchdogTests {
    /// Systemd's WatchdogSec= of the daemon under test: it looks three times in that time.
    static let timeout = Duration.milliseconds(900)
    static let microseconds = 900_000

    @Test(
        "a thread that is stuck is named in the log, and the watchdog is fed no more",
        arguments: ["ledger", "io", "w:default:1", "status", "jobd"])
    func stuck(thread: String) throws {
        let wedges = try TestFolder.make()
        defer { TestFolder.remove(wedges) }
        let daemon = try TestDaemon(
            configuration: "[queues.default]\nworkers = 1",
            environment: ["WATCHDOG_USEC=\(Self.microseconds)", "JOBD_WEDGE=\(wedges)"])
        try daemon.waitForNotification("WATCHDOG=1")
        try FileWriting.write("", to: "\(wedges)/\(thread)")
        // Work for all of them, but that who is stuck answers nobody.
        let client = try daemon.connect()
        defer { client.close() }
        let job = SubmitCall.Item(spec: JobSpec(command: Command(arguments: ["echo", "hello"], directory: "/")))
        try client.send(Call(method: SubmitCall.method, parameters: SubmitCall(jobs: [job]).parameters))
        if thread == "jobd" { daemon.signal(SIGHUP) }
        try daemon.waitUntil { daemon.errors.contains("the thread \(thread) has") }
        let error = try #require(daemon.errors.split(separator: "\n").first { $0.contains("the thread \(thread)") })
        #expect(error.hasPrefix("<3>"))
        #expect(error.contains(": the watchdog is not fed"))
        // What was said before.
        while try daemon.notification("", within: .zero) != nil {}
        #expect(try daemon.notification("WATCHDOG=1", within: Self.timeout * 2) == nil)
    }

    @Test("the watchdog is fed while jobs run for longer than it waits, and while nothing happens")
    func fed() throws {
        // Long enough for a machine that has much else to do.
        let daemon = try TestDaemon(environment: ["WATCHDOG_USEC=6000000"])
        _ = try daemon.submit("sleep", "600")
        for _ in 0..<4 { try daemon.waitForNotification("WATCHDOG=1") }
        #expect(!daemon.errors.contains("not fed"))
    }

    @Test("a watchdog that is another process's is not fed")
    func anothers() throws {
        let daemon = try TestDaemon(environment: ["WATCHDOG_USEC=\(Self.microseconds)", "WATCHDOG_PID=1"])
        #expect(try daemon.notification("WATCHDOG=1", within: Self.timeout * 2) == nil)
    }

    @Test("the status follows what starts, waits and ends, and begins before the daemon is ready")
    func status() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let gates = [daemon.gate("a"), daemon.gate("b")]
        for gate in gates { _ = try daemon.submit("cat", gate) }
        try daemon.waitForNotification("STATUS=running 1, waiting 1")
        try daemon.open(gate: gates[0])
        try daemon.waitForNotification("STATUS=running 1, waiting 0")
        try daemon.open(gate: gates[1])
        try daemon.waitForNotification("STATUS=running 0, waiting 0")
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.launch()
        try daemon.waitForNotification("STATUS=starting: ")
        try daemon.waitForNotification("READY=1")
    }

    @Test("a service manager that does not read holds nothing up, and hears the newest when it does")
    func deafManager() throws {
        let daemon = try TestDaemon(isHeard: false)
        let id = try daemon.submit("true")
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
        _ = try daemon.submit("sleep", "600")
        // It may have told of both jobs; only the newest is kept.
        try daemon.waitForNotification("READY=1")
        try daemon.waitForNotification("STATUS=running 1, waiting 0")
        try daemon.stuffNotifications()
        daemon.signal(SIGTERM)
        daemon.signal(SIGINT)
        #expect(try daemon.waitForExit() == 0)
    }
}
