import JobRunner
import Kernel

/// Accounts that only the test knows; the kernel takes any number.
struct FixedAccounts: AccountSource {
    var account: Account?
    var groups: [UInt32] = []
    var standing = AccountStanding.open

    static let user: UInt32 = 61_001
    static let group: UInt32 = 61_002

    /// - Parameter groups: how many groups it is in, beside its primary one.
    static func user(inGroups groups: Int) -> FixedAccounts {
        FixedAccounts(
            account: Account(user: user, name: "somebody", home: "/", shell: "/bin/sh", group: group),
            // Neither sorted nor near each other.
            groups: (0..<groups).map { UInt32(70_000 + $0 * 7_919 % 1_000_003) })
    }

    func account(of user: UInt32) throws(SystemError) -> Account? { account }

    func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32] { groups }

    func standing(of account: Account) throws(SystemError) -> AccountStanding { standing }
}
