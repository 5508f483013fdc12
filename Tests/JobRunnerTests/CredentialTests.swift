import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Secrets that a job finds in files of its own.
@Suite(.serialized)
struct CredentialTests {
    private static let isRoot = geteuid() == 0
    private static let user: UInt32 = 54_321
    private static let other: UInt32 = 54_322

    /// Opens what is its name, sealed backwards.
    private struct Opener: SecretOpener {
        var code: Int32?

        func open(_ sealed: [UInt8], of name: SecretName) throws(SystemError) -> [UInt8] {
            if let code { throw SystemError(call: "open a secret", code: code) }
            return sealed.reversed()
        }
    }

    /// Every number is somebody.
    private struct Everybody: AccountSource {
        func account(of user: UInt32) throws(SystemError) -> Account? {
            Account(user: user, name: "u\(user)", home: "/", shell: "/bin/sh", group: user)
        }
        func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32] { [primary] }
        func standing(of account: Account) throws(SystemError) -> AccountStanding { .open }
    }

    private func secrets() throws -> [SecretName: [UInt8]] {
        [try #require(SecretName("token")): Array("nekot".utf8), try #require(SecretName("empty")): []]
    }

    private func harness(_ keeping: Keeping = .session, code: Int32? = nil) throws -> RunnerHarness {
        let harness = try RunnerHarness(keeping, accounts: Everybody(), opener: Opener(code: code))
        // The job's user must get as far as the folder of the secrets.
        chmod(harness.folder.path, 0o711)
        return harness
    }

    private var submitter: Submitter {
        Self.isRoot ? Submitter(user: Self.user, group: Self.user) : RunnerHarness.ownSubmitter
    }

    private func order(_ harness: RunnerHarness, _ script: String) throws -> AttemptOrder {
        harness.order(
            ["/bin/sh", "-c", script], directory: "/", submitter: submitter, secrets: try secrets())
    }

    /// What is in the folder of all secrets.
    private func left(_ harness: RunnerHarness) throws -> [String] {
        try Directory.names(in: harness.folder.file("credentials"))
    }

    @Test("a job finds each secret in a file that only its user can read", arguments: Keeping.available)
    func laidOut(keeping: Keeping) throws {
        let harness = try harness(keeping)
        let script = "cd $CREDENTIALS_DIRECTORY && stat -c '%n %u %g %a %s' . * && cat token"
        let order = try order(harness, script)
        #expect(try harness.run(order).outcome == .exited(code: 0))
        let user = submitter.user
        let lines = try harness.output().split(separator: "\n")
        #expect(lines.first?.hasPrefix(". \(user) \(submitter.group) 500 ") == true)
        #expect(
            lines.dropFirst() == [
                "empty \(user) \(submitter.group) 400 0", "token \(user) \(submitter.group) 400 5", "token",
            ])
        #expect(try left(harness) == [])
    }

    @Test("another user cannot read them, nor see which there are", .enabled(if: isRoot))
    func others() throws {
        let harness = try harness()
        let attempt = try StartedAttempt(
            try order(harness, "echo $CREDENTIALS_DIRECTORY; exec sleep 300"), on: harness.runner)
        let path = harness.folder.file("credentials/1.1")
        #expect(harness.observer.sees(path, until: .after(RunnerHarness.patience)))
        for question in [
            "cat \(path)/token", "ls \(path)", "ls \(harness.folder.file("credentials"))", "test -e \(path)/token",
        ] {
            let look = harness.order(
                ["/bin/sh", "-c", question], directory: "/", submitter: Submitter(user: Self.other, group: Self.other))
            guard case .exited(let code) = try harness.run(look).outcome else {
                Issue.record("\(question): it did not end by itself")
                continue
            }
            #expect(code != 0, "\(question)")
        }
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(try left(harness) == [])
    }

    @Test("they are gone whatever way the attempt ends", arguments: Keeping.available)
    func removed(keeping: Keeping) throws {
        let harness = try harness(keeping)
        #expect(try harness.run(try order(harness, "kill -9 $$")).outcome == .signalled(9))
        #expect(try left(harness) == [])
        let missing = harness.order(
            ["/nonexistent/program"], directory: "/", submitter: submitter, secrets: try secrets())
        #expect(try harness.run(missing).outcome == .couldNotStart(step: .execute, errno: ENOENT))
        #expect(try left(harness) == [])
        let slow = harness.order(
            ["/bin/sleep", "300"], directory: "/", submitter: submitter, secrets: try secrets(),
            timeout: .milliseconds(20))
        #expect(try harness.run(slow).outcome == .timedOut)
        #expect(try left(harness) == [])
    }

    @Test("what a job puts beside them goes with them, and what it links to does not")
    func litter() throws {
        let harness = try harness()
        _ = try harness.folder.write("mine".utf8, to: "precious")
        let script = """
            cd $CREDENTIALS_DIRECTORY && chmod 700 . && mkdir -p a/b/c && echo x > a/b/file && chmod 0 a/b/c &&
            ln -s \(harness.folder.path) a/link && ln -s \(harness.folder.file("precious")) link && mv token a
            """
        #expect(try harness.run(try order(harness, script)).outcome == .exited(code: 0))
        #expect(try left(harness) == [])
        #expect(harness.folder.exists("precious"))
    }

    @Test("a secret that cannot be opened keeps the job from starting, and nothing is left")
    func cannotOpen() throws {
        let harness = try harness(code: EBADMSG)
        let end = try harness.run(try order(harness, "exit 0"))
        #expect(end.outcome == .couldNotStart(step: .secrets, errno: EBADMSG))
        #expect(try left(harness) == [])
    }

    @Test("without anybody to open them the job does not start")
    func noOpener() throws {
        let harness = try RunnerHarness(.session, accounts: Everybody())
        let end = try harness.run(try order(harness, "exit 0"))
        #expect(end.outcome == .couldNotStart(step: .secrets, errno: EOPNOTSUPP))
        try harness.runner.sweepCredentials()
    }

    @Test("a folder that somebody else may write to is not used")
    func unsafeFolder() throws {
        let harness = try harness()
        try Directory.make(harness.folder.file("credentials"), mode: 0o711)
        chmod(harness.folder.file("credentials"), 0o777)
        let end = try harness.run(try order(harness, "exit 0"))
        #expect(end.outcome == .couldNotStart(step: .secrets, errno: EPERM))
    }

    @Test("what an earlier daemon left is removed, at the start and where the attempt needs the place")
    func sweeps() throws {
        let harness = try harness()
        try Directory.make(harness.folder.file("credentials/9.1/deep"), mode: 0o711)
        try Directory.make(harness.folder.file("credentials/1.1"), mode: 0o711)
        _ = try harness.folder.write("old".utf8, to: "credentials/1.1/token")
        #expect(try harness.run(try order(harness, "cat $CREDENTIALS_DIRECTORY/token")).outcome == .exited(code: 0))
        #expect(try harness.output() == "token")
        #expect(try left(harness) == ["9.1"])
        try harness.runner.sweepCredentials()
        #expect(try left(harness) == [])
    }

    @Test("a start before any job had a secret makes no folder: the place may be one that the daemon cannot write to")
    func nothingToSweep() throws {
        let harness = try harness()
        try harness.runner.sweepCredentials()
        #expect(!harness.folder.exists("credentials"))
    }

    @Test("a job without secrets is told of no folder")
    func none() throws {
        let harness = try harness()
        let order = harness.order(
            ["/bin/sh", "-c", "echo ${CREDENTIALS_DIRECTORY-none}"], directory: "/", submitter: submitter)
        #expect(try harness.run(order).outcome == .exited(code: 0))
        #expect(try harness.output() == "none\n")
        #expect(!harness.folder.exists("credentials"))
    }
}
