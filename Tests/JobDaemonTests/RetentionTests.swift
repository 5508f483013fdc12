import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Jobs that ended long ago")
struct RetentionTests {
    private func isGone(_ id: JobID, _ daemon: TestDaemon) throws -> Bool {
        do {
            _ = try daemon.job(id)
            return false
        } catch let error as VarlinkError where JobError(error) == .noSuchJob(id) {
            return true
        }
    }

    @Test("a job is removed with its output when it is older than its state may get, and its number stays taken")
    func age() throws {
        let daemon = try TestDaemon(configuration: "[retention]\nsucceeded = \"0\"\nfailed = \"1h\"")
        let good = try daemon.submit("echo", "x")
        let bad = try daemon.submit("false")
        try daemon.waitUntil { try isGone(good, daemon) }
        _ = try daemon.wait(for: [bad])
        #expect(access("\(daemon.state)/output/0/\(good).1.log", F_OK) != 0)
        #expect(try daemon.job(bad).state == .failed)
        #expect(try daemon.submit("true") > bad)
    }

    @Test("no more jobs of a state are kept than may be")
    func keep() throws {
        let daemon = try TestDaemon(
            configuration: "[queues.default]\nworkers = 1\n[retention]\nkeep = 1\ncancelled = \"10s\"")
        let ids = try (0..<3).map { _ in try daemon.submit("true") }
        try daemon.waitUntil { try isGone(ids[0], daemon) && isGone(ids[1], daemon) }
        #expect(try daemon.job(ids[2]).state == .succeeded)
    }
}
