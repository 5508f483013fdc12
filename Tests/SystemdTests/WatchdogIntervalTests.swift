import Glibc
import Systemd
import Testing

@Suite("WatchdogInterval", .serialized)
struct WatchdogIntervalTests {
    private func asked(_ microseconds: String?, by process: String? = nil) throws -> WatchdogInterval? {
        try withEnvironment(["WATCHDOG_USEC": microseconds, "WATCHDOG_PID": process]) { try WatchdogInterval.asked() }
    }

    @Test("the manager's wish is read, and answered three times as often")
    func wish() throws {
        let interval = try #require(try asked("30000000", by: "\(getpid())"))
        #expect(interval.timeout == .seconds(30))
        #expect(interval.period == .seconds(10))
        #expect(try asked("30000000") == interval)
    }

    @Test("no wish, or one that is meant for another process, is none")
    func none() throws {
        #expect(try asked(nil) == nil)
        #expect(try asked("30000000", by: "\(getppid())") == nil)
    }

    @Test("a wish that makes no sense is an error", arguments: ["soon", "0"])
    func nonsense(_ microseconds: String) {
        #expect(throws: SystemdError.failed(call: "sd_watchdog_enabled", errno: EINVAL)) { try asked(microseconds) }
    }
}
