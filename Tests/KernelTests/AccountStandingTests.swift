import Glibc
import Kernel
import Testing

/// What the shadow file says of an account.
struct AccountStandingTests {
    @Test(
        "a mark before a password locks it; where there never was a password, nothing is locked",
        arguments: [
            ("!$y", AccountStanding.locked), ("!!$6", .locked), ("!ab", .locked), ("!./", .locked), ("$y$", .open),
            ("abc", .open), ("", .open), ("!", .open), ("!!", .open), ("*", .open), ("!*", .open), ("*LK", .open),
        ])
    func locks(passwordAndStanding: (String, AccountStanding)) {
        let standing = AccountStanding(passwordStart: passwordAndStanding.0, expires: -1, day: 20_000)
        #expect(standing == passwordAndStanding.1)
    }

    @Test("an account is expired from its day on")
    func expires() {
        let standings = [-1, 0, 19_999, 20_000, 20_001].map {
            AccountStanding(passwordStart: "!$y", expires: $0, day: 20_000)
        }
        #expect(standings == [.locked, .expired, .expired, .expired, .locked])
    }

    @Test("the machine's own accounts can be asked for", .enabled(if: geteuid() == 0))
    func asks() throws {
        let root = try #require(try Account.of(user: 0))
        #expect(try AccountStanding.of(root, day: 20_000) != .expired)
        let nobody = Account(user: 1, name: "no such user", home: "/", shell: "/bin/sh", group: 1)
        #expect(try AccountStanding.of(nobody, day: 20_000) == .open)
    }
}
