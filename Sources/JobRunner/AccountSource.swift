import Jobs
package import Kernel

/// Who knows the accounts of this machine.
package protocol AccountSource: Sendable {
    /// The account with that number; `nil` where there is none.
    func account(of user: UInt32) throws(SystemError) -> Account?

    /// All groups of an account, `primary` among them.
    func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32]

    /// Whether it may be used today.
    func standing(of account: Account) throws(SystemError) -> AccountStanding
}

/// The name service of the machine; may ask the network.
package struct NameService: AccountSource {
    package init() {}

    package func account(of user: UInt32) throws(SystemError) -> Account? { try Account.of(user: user) }

    package func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32] {
        try account.groups(with: primary)
    }

    package func standing(of account: Account) throws(SystemError) -> AccountStanding {
        try AccountStanding.of(account, day: Self.today)
    }

    /// In days since 1970.
    package static var today: Int64 { Timestamp.now.nanoseconds / day }

    /// In nanoseconds.
    private static let day: Int64 = 24 * 3600 * 1_000_000_000
}
