import Kernel
import Threading

/// Names of users, remembered: asking the name service for each job of a list would be slow.
final class AccountNames: Sendable {
    private let known = Monitor<[UInt32: String]>([:])

    /// A user's name where it is known already, else the number: for threads that must not wait for the name service.
    func knownName(of user: UInt32) -> String { known.withLock { $0[user] } ?? "\(user)" }

    /// A user's name, or the number where there is none.
    ///
    /// May block on the name service.
    func name(of user: UInt32) -> String {
        if let name = known.withLock({ $0[user] }) { return name }
        // A user without a name, or a name service that fails, is shown by number and asked for again next time.
        guard let account = try? Account.of(user: user) else { return "\(user)" }
        known.withLock { $0[user] = account.name }
        return account.name
    }

    /// The number of a user given by name or by number; `nil` where there is no such user.
    func number(of user: String) throws(SystemError) -> UInt32? {
        if let number = UInt32(user) { return number }
        return try Account.named(user)?.user
    }
}
