import Kernel
import Threading

/// Names of users, remembered: asking the name service for each job of a list would be slow.
final class AccountNames: Sendable {
    private struct Entry {
        let name: String
        /// `nil` for a name; a number that stands for none is looked up again after this.
        let goodUntil: BootTime?
    }

    private let known = Monitor<[UInt32: Entry]>([:])

    /// How long a user without a name is not asked for again.
    private static let patienceWithoutName = Duration.seconds(60)

    /// A user's name, or the number where there is none.
    ///
    /// May block on the name service.
    func name(of user: UInt32) -> String {
        if let name = remembered(user) { return name }
        let entry: Entry
        // A name service that fails is asked again later, like one that has no name.
        if let account = try? Account.of(user: user) {
            entry = Entry(name: account.name, goodUntil: nil)
        } else {
            entry = Entry(name: "\(user)", goodUntil: .now + Self.patienceWithoutName)
        }
        known.withLock { $0[user] = entry }
        return entry.name
    }

    /// A user's name where it is known already, else the number: for threads that must not wait for the name service.
    func knownName(of user: UInt32) -> String { remembered(user) ?? "\(user)" }

    /// Has a name looked up on another thread, so that it is known when it is needed.
    func learn(_ user: UInt32, on pool: ThreadPoolExecutor) throws {
        guard remembered(user) == nil else { return }
        try pool.submit { _ = self.name(of: user) }
    }

    /// The number of a user given by name or by number; `nil` where there is no such user.
    func number(of user: String) throws(SystemError) -> UInt32? {
        if let number = UInt32(user) { return number }
        return try Account.named(user)?.user
    }

    private func remembered(_ user: UInt32) -> String? {
        guard let entry = known.withLock({ $0[user] }) else { return nil }
        if let goodUntil = entry.goodUntil, goodUntil < .now { return nil }
        return entry.name
    }
}
