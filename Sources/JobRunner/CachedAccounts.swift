import Jobs
package import Kernel
import Threading

/// Remembers what the name service said, for as long as the files that it read it from are unchanged.
///
/// A look-up reads `passwd`, `group` and `shadow` from their beginnings, which is dear for each of many short attempts.
/// Where other sources are configured nothing tells of a change, and nothing is remembered.
package final class CachedAccounts: AccountSource {
    private struct Entry {
        let account: Account
        var groups: [UInt32: [UInt32]] = [:]
        var standing: (day: Int64, standing: AccountStanding)?
    }

    private struct State {
        var files: [FileState?] = []
        var mayRemember = false
        var entries: [UInt32: Entry] = [:]
        var looked: BootTime?
    }

    private let base: any AccountSource
    private let folder: String
    private let tolerance: Duration
    private let today: @Sendable () -> Int64
    private let state = Monitor(State())

    /// - Parameters:
    ///   - base: who is asked.
    ///   - folder: where the files are that it reads.
    ///   - tolerance: how long ago the last look at the files may be: an attempt that starts asks three questions at
    ///     once, and many attempts may start.
    ///   - today: the day, in days since 1970: an account may expire with it.
    package init(
        _ base: any AccountSource = NameService(), folder: String = "/etc", tolerance: Duration = .milliseconds(1),
        today: @escaping @Sendable () -> Int64 = { NameService.today }
    ) {
        self.base = base
        self.folder = folder
        self.tolerance = tolerance
        self.today = today
    }

    package func account(of user: UInt32) throws(SystemError) -> Account? {
        let seen = try look()
        if let entry = state.withLock({ $0.entries[user] }) { return entry.account }
        let account = try base.account(of: user)
        if let account { remember(account, seen) { _ in } }
        return account
    }

    package func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32] {
        let seen = try look()
        if let groups = entry(of: account)?.groups[primary] { return groups }
        let groups = try base.groups(of: account, with: primary)
        remember(account, seen) { $0.groups[primary] = groups }
        return groups
    }

    package func standing(of account: Account) throws(SystemError) -> AccountStanding {
        let seen = try look()
        let day = today()
        if let known = entry(of: account)?.standing, known.day == day { return known.standing }
        let standing = try base.standing(of: account)
        remember(account, seen) { $0.standing = (day, standing) }
        return standing
    }

    private func entry(of account: Account) -> Entry? {
        state.withLock { state in state.entries[account.user].flatMap { $0.account == account ? $0 : nil } }
    }

    /// systemd's own users, which come and go without a trace in the files, begin here (systemd's "Users, Groups, UIDs
    /// and GIDs").
    private static let firstOfSystemd: UInt32 = 60_001

    /// Remembers something that was asked for when the files were `seen`.
    private func remember(_ account: Account, _ seen: [FileState?], _ body: (inout Entry) -> Void) {
        guard account.user < Self.firstOfSystemd else { return }
        state.withLock { state in
            guard state.mayRemember, state.files == seen else { return }
            var entry = state.entries[account.user] ?? Entry(account: account)
            if entry.account != account { entry = Entry(account: account) }
            body(&entry)
            state.entries[account.user] = entry
        }
    }

    /// Looks at the files, and forgets all if one has changed.
    private func look() throws(SystemError) -> [FileState?] {
        let now = BootTime.now
        let recent = state.withLock { state -> [FileState?]? in
            guard let looked = state.looked, now < looked + tolerance else { return nil }
            return state.files
        }
        if let recent { return recent }
        var files: [FileState?] = []
        for name in ["nsswitch.conf", "passwd", "group", "shadow"] {
            files.append(try FileState(of: "\(folder)/\(name)"))
        }
        let areSame = state.withLock { state in
            state.looked = now
            return state.files == files
        }
        if areSame { return files }
        let mayRemember = NameServiceSwitch.readsFilesOnly("\(folder)/nsswitch.conf")
        state.withLock { $0 = State(files: files, mayRemember: mayRemember, looked: now) }
        return files
    }
}
