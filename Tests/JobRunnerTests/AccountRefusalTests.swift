import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// Accounts that may no longer run anything.
@Suite(.serialized, .enabled(if: geteuid() == 0))
struct AccountRefusalTests {
    /// Tries to run a job as an account, and sees that nothing ran unless it did.
    private func outcome(
        _ accounts: FixedAccounts,
        submitter: Submitter = Submitter(user: FixedAccounts.user, group: FixedAccounts.group),
        name: String? = nil
    ) throws -> Outcome {
        let harness = try RunnerHarness(.session, accounts: accounts)
        try #require(chmod(harness.folder.path, 0o777) == 0)
        let order = harness.order(
            ["/bin/touch", harness.folder.file("ran")],
            submitter: Submitter(user: submitter.user, group: submitter.group, name: name))
        let outcome = try harness.run(order).outcome
        #expect(harness.folder.exists("ran") == outcome.isSuccess)
        return outcome
    }

    @Test("an account that is as it was runs its job")
    func control() throws {
        #expect(try outcome(.user(inGroups: 1), name: "somebody") == .exited(code: 0))
        #expect(try outcome(.user(inGroups: 1)) == .exited(code: 0))
    }

    @Test("a deleted account runs nothing")
    func deleted() throws {
        #expect(try outcome(FixedAccounts(), name: "somebody") == .couldNotStart(step: .account, errno: ENOENT))
    }

    @Test("an account whose number was given to another name runs nothing of the former one")
    func renamed() throws {
        #expect(
            try outcome(.user(inGroups: 1), name: "predecessor") == .couldNotStart(step: .accountName, errno: EPERM))
    }

    @Test("a locked account runs nothing, but for root's")
    func locked() throws {
        var accounts = FixedAccounts.user(inGroups: 1)
        accounts.standing = .locked
        #expect(try outcome(accounts) == .couldNotStart(step: .accountLock, errno: EACCES))
        accounts.account = Account(user: 0, name: "root", home: "/", shell: "/bin/sh", group: 0)
        #expect(try outcome(accounts, submitter: Submitter(user: 0, group: 0)) == .exited(code: 0))
    }

    @Test("an expired account runs nothing")
    func expired() throws {
        var accounts = FixedAccounts.user(inGroups: 1)
        accounts.standing = .expired
        #expect(try outcome(accounts) == .couldNotStart(step: .accountExpiry, errno: EKEYEXPIRED))
    }
}
