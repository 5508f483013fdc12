import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// When the name service is asked again, and when not.
struct CachedAccountsTests {
    /// Counts what it is asked, and answers with a name that can be changed.
    private final class Names: AccountSource {
        private let state = Monitor((asked: 0, name: "first"))

        var asked: Int { state.withLock { $0.asked } }

        func rename(_ name: String) { state.withLock { $0.name = name } }

        func account(of user: UInt32) throws(SystemError) -> Account? {
            let name = state.withLock { state in
                state.asked += 1
                return state.name
            }
            return user == 404 ? nil : Account(user: user, name: name, home: "/", shell: "/bin/sh", group: 7)
        }

        func groups(of account: Account, with primary: UInt32) throws(SystemError) -> [UInt32] {
            state.withLock { $0.asked += 1 }
            return [primary, 8]
        }

        func standing(of account: Account) throws(SystemError) -> AccountStanding {
            state.withLock { $0.asked += 1 }
            return .open
        }
    }

    private let folder: TemporaryFolder
    private let names = Names()
    private let day = Monitor<Int64>(20_000)
    private let accounts: CachedAccounts

    init() throws {
        folder = try TemporaryFolder()
        for name in ["passwd", "group", "shadow"] { _ = try folder.write("x".utf8, to: name) }
        _ = try folder.write("passwd: files systemd\ngroup: files systemd\nshadow: files\n".utf8, to: "nsswitch.conf")
        accounts = CachedAccounts(names, folder: folder.path, tolerance: .zero, today: { [day] in day.withLock { $0 } })
    }

    /// Asks all three questions.
    private func ask(_ user: UInt32 = 1_000, of accounts: CachedAccounts? = nil) throws -> String {
        let accounts = accounts ?? self.accounts
        let account = try #require(try accounts.account(of: user))
        #expect(try accounts.groups(of: account, with: 7) == [7, 8])
        #expect(try accounts.standing(of: account) == .open)
        return account.name
    }

    @Test("what is known is not asked for again")
    func remembers() throws {
        for _ in 0..<3 { #expect(try ask() == "first") }
        #expect(names.asked == 3)
        #expect(try ask(1_001) == "first")
        #expect(names.asked == 6)
    }

    @Test("a file that was changed is asked again", arguments: ["passwd", "group", "shadow", "nsswitch.conf"])
    func changed(name: String) throws {
        _ = try ask()
        names.rename("second")
        // As passwd(1) does it: a new file in the place of the old one.
        let content = try FileContent.read(folder.file(name))
        _ = try folder.write(content, to: "new")
        try #require(rename(folder.file("new"), folder.file(name)) == 0)
        #expect(try ask() == "second")
        #expect(names.asked == 6)
        #expect(unlink(folder.file("shadow")) == 0)
        #expect(try ask() == "second")
        #expect(names.asked == 9)
    }

    @Test("for a moment after a look at the files nobody looks again")
    func tolerant() throws {
        let accounts = CachedAccounts(names, folder: folder.path, tolerance: .seconds(3_600))
        _ = try ask(of: accounts)
        names.rename("second")
        _ = try folder.write("longer".utf8, to: "passwd")
        #expect(try ask(of: accounts) == "first")
        #expect(names.asked == 3)
        #expect(try ask() == "second")
    }

    @Test("a standing is asked for again on another day")
    func nextDay() throws {
        _ = try ask()
        day.withLock { $0 += 1 }
        _ = try ask()
        #expect(names.asked == 4)
    }

    @Test("an account that is not there is asked for again, as are systemd's own")
    func notRemembered() throws {
        for _ in 0..<2 { #expect(try accounts.account(of: 404) == nil) }
        #expect(names.asked == 2)
        for _ in 0..<2 { _ = try ask(61_184) }
        #expect(names.asked == 8)
    }

    @Test(
        "with other sources, or without a word on them, nothing is remembered",
        arguments: [
            "passwd: files sss\ngroup: files\n", "passwd: files\ngroup: files ldap\n", "passwd: files\n", "",
            "passwd: systemd\ngroup: files\n", "passwd: files\ngroup: files\ninitgroups: nis\n",
            "passwd: files\ngroup: files\nshadow: ldap\n", "passwd: compat\ngroup: files\n",
            "passwd: files [NOTFOUND=return] db\ngroup: files\n", "# passwd: files\ngroup: files\n",
        ])
    func otherSources(configuration: String) throws {
        _ = try folder.write(configuration.utf8, to: "nsswitch.conf")
        for _ in 0..<2 { _ = try ask() }
        #expect(names.asked == 6)
    }

    @Test("without the configuration nothing is remembered")
    func noConfiguration() throws {
        #expect(unlink(folder.file("nsswitch.conf")) == 0)
        for _ in 0..<2 { _ = try ask() }
        #expect(names.asked == 6)
    }
}
