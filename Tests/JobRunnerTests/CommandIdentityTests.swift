import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Whose rights a job has.
@Suite(.serialized)
struct CommandIdentityTests {
    private static let isRoot = geteuid() == 0
    private static let nobody: Account? = try? Account.named("nobody")
    private static let canBeNobody = isRoot && nobody != nil

    @Test("a job has its submitter's rights and not one more", .enabled(if: canBeNobody), arguments: Keeping.available)
    func dropsEverything(keeping: Keeping) throws {
        let account = try #require(Self.nobody)
        let harness = try RunnerHarness(keeping)
        let status = try harness.status(submitter: Submitter(user: account.user, group: account.group))
        #expect(status["Uid"] == Self.fourTimes(account.user))
        #expect(status["Gid"] == Self.fourTimes(account.group))
        let groups = (status["Groups"] ?? "").split(separator: " ").compactMap { UInt32($0) }
        #expect(groups.sorted() == (try account.groups(with: account.group)).sorted())
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(status[set] == "0000000000000000", "\(set)") }
    }

    @Test(
        "a job cannot become root", .enabled(if: canBeNobody && access("/usr/bin/setpriv", X_OK) == 0),
        arguments: Keeping.available)
    func staysAway(keeping: Keeping) throws {
        let account = try #require(Self.nobody)
        let submitter = Submitter(user: account.user, group: account.group)
        let harness = try RunnerHarness(keeping)
        for change in [["--reuid=0"], ["--regid=0", "--keep-groups"], ["--clear-groups"]] {
            let order = harness.order(
                ["/usr/bin/setpriv"] + change + ["/bin/true"], directory: "/", submitter: submitter)
            let outcome = try harness.run(order).outcome
            guard case .exited(let code) = outcome else {
                Issue.record("\(change): \(outcome)")
                continue
            }
            #expect(code != 0, "\(change)")
        }
        // The same program does it where it may: the refusals above mean something.
        #expect(
            try harness.run(harness.order(["/usr/bin/setpriv", "--reuid=0", "/bin/true"])).outcome == .exited(code: 0))
    }

    @Test("its directory is entered with its own rights", .enabled(if: canBeNobody), arguments: Keeping.available)
    func directoryAsUser(keeping: Keeping) throws {
        let account = try #require(Self.nobody)
        let harness = try RunnerHarness(keeping)
        // The harness's folder is for its owner only.
        let order = harness.order(["/bin/true"], submitter: Submitter(user: account.user, group: account.group))
        #expect(try harness.run(order).outcome == .couldNotStart(step: .directory, errno: EACCES))
    }

    @Test("root's own jobs are root's", .enabled(if: isRoot), arguments: Keeping.available)
    func root(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let status = try harness.status(submitter: Submitter(user: 0, group: 0))
        #expect(status["Uid"] == "0 0 0 0")
        #expect(status["Gid"] == "0 0 0 0")
    }

    @Test("a submitter without an account gets nothing started", .enabled(if: isRoot), arguments: Keeping.available)
    func noAccount(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let free = try #require(
            try (3_999_999_000..<3_999_999_100 as Range<UInt32>).first { try Account.of(user: $0) == nil })
        let order = harness.order(["/bin/true"], submitter: Submitter(user: free, group: 0))
        #expect(try harness.run(order).outcome == .couldNotStart(step: .account, errno: ENOENT))
    }

    @Test("a group that the account is not in is refused", .enabled(if: canBeNobody), arguments: Keeping.available)
    func foreignGroup(keeping: Keeping) throws {
        let account = try #require(Self.nobody)
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/true"], directory: "/", submitter: Submitter(user: account.user, group: 0))
        #expect(try harness.run(order).outcome == .couldNotStart(step: .group, errno: EPERM))
    }

    @Test(
        "the number that means \"leave as it is\" is never let through", .enabled(if: isRoot),
        arguments: Keeping.available)
    func minusOne(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        for submitter in [Submitter(user: .max, group: 0), Submitter(user: 0, group: .max)] {
            let order = harness.order(["/bin/true"], submitter: submitter)
            #expect(try harness.run(order).outcome == .couldNotStart(step: .account, errno: EINVAL))
        }
    }

    @Test("a daemon that is not root runs each job as itself", .enabled(if: !isRoot), arguments: Keeping.available)
    func asItself(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        #expect(try harness.status()["Uid"] == Self.fourTimes(geteuid()))
    }

    private static func fourTimes(_ number: UInt32) -> String {
        (0..<4).map { _ in "\(number)" }.joined(separator: " ")
    }
}
