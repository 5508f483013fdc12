import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Backup, restore and damage")
struct BackupTests {
    /// Puts a backup in the place of the store of a daemon that is down.
    private func restore(_ backup: String, for daemon: TestDaemon) throws {
        for ending in ["", "-wal", "-shm"] { unlink("\(daemon.state)/jobd.db\(ending)") }
        let copy = try TestProgram.start(
            ["cp", backup, "\(daemon.state)/jobd.db"], environment: [], errors: "\(daemon.folder)/cp")
        #expect(try TestProgram.waitForExit(of: copy, within: TestDaemon.patience) == 0)
    }

    @Test("a backup that is restored beside its running original leaves that one's jobs alone")
    func restore() throws {
        let original = try TestDaemon()
        let gate = original.gate()
        let done = try original.submit("echo", "done")
        _ = try original.wait(for: [done])
        let running = try original.submit("sh", "-c", "echo started; cat \(gate)")
        try original.waitForLine("started", of: running)
        let backup = "\(original.folder)/backup"
        _ = try original.call(BackupCall.method, BackupCall(path: backup).parameters)
        #expect(try FileOwner(of: backup).mode & 0o777 == 0o600)

        let restored = try TestDaemon()
        restored.signal(SIGTERM)
        #expect(try restored.waitForExit() == 0)
        try restore(backup, for: restored)
        try restored.start()
        #expect(try restored.job(done).state == .succeeded)
        #expect(try restored.job(running).reason == "lost")
        #expect(try restored.submit("true").rawValue > 10_000_000)

        try original.open(gate: gate)
        #expect(try original.wait(for: [running]).first?.state == .succeeded)
        unlink(backup)
    }

    @Test("a backup by a path that is not absolute, or that exists, is refused")
    func refused() throws {
        let daemon = try TestDaemon()
        for path in ["backup", "\(daemon.folder)/jobd.toml", "\(daemon.folder)/nowhere/backup"] {
            #expect(throws: VarlinkError.self) { try daemon.call(BackupCall.method, BackupCall(path: path).parameters) }
        }
        #expect(try daemon.wait(for: [daemon.submit("true")]).first?.state == .succeeded)
    }

    @Test("a damaged store is refused with exit code 65, what is wrong and what to do")
    func damaged() throws {
        let daemon = try TestDaemon()
        _ = try daemon.wait(for: [daemon.submit("true")])
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        let file = open("\(daemon.state)/jobd.db", O_RDWR)
        try #require(file >= 0)
        #expect(pwrite(file, [0x55, 0x55], 2, 2_000) == 2)
        close(file)
        try daemon.launch()
        #expect(try daemon.waitForExit() == 65)
        for words in ["page 1 of \(daemon.state)/jobd.db", "Restore a backup", "mv \(daemon.state)/jobd.db"] {
            #expect(daemon.errors.contains(words), "\(daemon.errors)")
        }
    }
}
