import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

/// Jobs that somebody submits for somebody else; each test submits as somebody else than root.
@Suite("Jobs for other users", .enabled(if: geteuid() == 0))
struct OtherUserTests {
    private static let nobody = IdentityTests.nobody
    private static let administrators: UInt32 = 64_999

    /// A jobd that knows the group of administrators, whatever groups the machine has.
    private func daemonWithAdministrators(_ body: (TestDaemon) throws -> Void) throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let groups = String(decoding: try FileContent.read("/etc/group"), as: UTF8.self)
        let others = groups.split(separator: "\n").filter { !$0.hasPrefix("jobd-admin:") }
        let ours = (others + ["jobd-admin:x:\(Self.administrators):"]).joined(separator: "\n") + "\n"
        try FileWriting.write(ours, to: "\(folder)/group")
        let mount = "mount --bind '\(folder)/group' /etc/group && exec \"$@\""
        try body(TestDaemon(wrapper: ["unshare", "-m", "--propagation", "private", "sh", "-c", mount, "sh"]))
    }

    /// Whose job it is, and what it printed, in one line.
    private func users(_ id: JobID, _ daemon: TestDaemon) throws -> String {
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded, "\(job.reason ?? "")")
        return try "\(job.user): " + daemon.output(of: id).split(separator: "\n").joined(separator: " ")
    }

    @Test("root submits for others, by name and by number: the job is theirs, and runs as them")
    func root() throws {
        let daemon = try TestDaemon()
        for name in ["nobody", "65534"] {
            let id = try daemon.submit(as: 0, for: name, "id -u; id -g").get()
            #expect(try users(id, daemon) == "nobody: 65534 65534")
            let seen = try daemon.call(as: Self.nobody, GetCall.method, "{\"ids\": [\(id)]}")
            #expect(seen["error"] == nil)
        }
        #expect(try users(daemon.submit(as: 0, for: "root", "id -u").get(), daemon) == "root: 0")
    }

    @Test("an ordinary user submits for nobody but himself")
    func ordinary() throws {
        let daemon = try TestDaemon()
        #expect(
            try users(daemon.submit(as: Self.nobody, for: "nobody", "id -u").get(), daemon) == "nobody: 65534")
        for name in ["root", "0", "00", "+0", "bin", "2"] {
            #expect(try daemon.submit(as: Self.nobody, for: name, "id -u") == .failure(.permissionDenied), "\(name)")
        }
        #expect(try daemon.call(ListCall.method, [:])["jobs"]?.arrayValue?.count == 1)
    }

    @Test("a member of the group jobd-admin submits for others, but never for root")
    func administrator() throws {
        try daemonWithAdministrators { daemon in
            let groups = [Self.administrators]
            let id = try daemon.submit(as: Self.nobody, groups: groups, for: "bin", "id -u; id -G").get()
            #expect(try users(id, daemon) == "bin: 2 2")
            for name in ["root", "0", "00", "+0"] {
                let answer = try daemon.submit(as: Self.nobody, groups: groups, for: name, "id -u")
                #expect(answer == .failure(.permissionDenied), "\(name)")
            }
            #expect(try daemon.submit(as: Self.nobody, for: "bin", "id -u") == .failure(.permissionDenied))
            #expect(try daemon.call(ListCall.method, [:])["jobs"]?.arrayValue?.count == 1)
        }
    }

    @Test(
        "a user who is not there is refused, and the parameter is named",
        arguments: ["no-such-user", "4294967296", "64998", "-1", ""])
    func unknown(name: String) throws {
        let daemon = try TestDaemon()
        let error = #expect(throws: VarlinkError.self) { try daemon.submit(as: 0, for: name, "true").get() }
        #expect(
            error?.parameters["parameter"] == "user" || error?.parameters["field"] == "user",
            "\(error.debugDescription)")
    }

    @Test("with root_jobs = false root has no jobs, not those of before either, and others have theirs")
    func noRootJobs() throws {
        let daemon = try TestDaemon()
        let held = try daemon.submit(["true"]) { $0.isHeld = true }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try FileWriting.write("[daemon]\nroot_jobs = false\n", to: "\(daemon.folder)/jobd.toml")
        try daemon.start()
        let error = #expect(throws: VarlinkError.self) { try daemon.submit("true") }
        let reason = "is root, whose jobs do not run here (root_jobs = false)"
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .invalidJob(field: "user", reason: reason)))
        #expect(try daemon.change(ReleaseCall.self, held) == .done(state: "ready"))
        let job = try #require(try daemon.wait(for: [held]).first)
        #expect(job.state == .failed && job.attempts.first?.step == "rootRefusal", "\(job.reason ?? "")")
        #expect(
            try users(daemon.submit(as: 0, for: "nobody", "id -u").get(), daemon) == "nobody: 65534")
    }

    @Test("a job whose account has another name by now does not run")
    func renamed() throws {
        let daemon = try TestDaemon()
        let mark = "\(daemon.folder)/mark"
        chmod(daemon.folder, 0o777)
        let id = try daemon.submit(as: Self.nobody, "touch \(mark)", ["hold": true]).get()
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        let script = """
            import os, sqlite3
            # As somebody would who salvages a store: the pages of jobd's own have checksums that only it can write.
            old, path = sqlite3.connect("\(daemon.state)/jobd.db"), "\(daemon.state)/salvaged"
            store = sqlite3.connect(path)
            store.executescript("\\n".join(old.iterdump()))
            changed = store.execute("UPDATE spec SET user_name = 'somebody' WHERE user_name = 'nobody'").rowcount
            store.execute("UPDATE setting SET value = 1 WHERE name = 'is_copy'")
            store.execute("PRAGMA user_version = %d" % old.execute("PRAGMA user_version").fetchone())
            store.commit()
            store.close()
            os.rename(path, "\(daemon.state)/jobd.db")
            exit(0 if changed == 1 else 1)
            """
        let process = try TestProgram.start(
            ["python3", "-c", script], environment: [], errors: "\(daemon.folder)/edit")
        #expect(try TestProgram.waitForExit(of: process, within: TestDaemon.patience) == 0)
        try daemon.start()
        #expect(try daemon.change(ReleaseCall.self, id) == .done(state: "ready"))
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .failed)
        #expect(job.attempts.first?.step == "accountName")
        #expect(
            job.reason?.contains("use an account that another user had at the submit") == true, "\(job.reason ?? "")")
        #expect(access(mark, F_OK) != 0)
    }
}
