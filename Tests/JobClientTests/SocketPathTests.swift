@testable import JobClient
import Testing

@Suite("Where the daemon is looked for")
struct SocketPathTests {
    private func path(_ environment: [String: String], user: UInt32 = 1000, existing: String...) -> String {
        SocketPath.usual(environment: environment, user: user) { existing.contains($0) }
    }

    @Test("JOBD_SOCKET wins, unless it is empty")
    func environment() {
        #expect(path(["JOBD_SOCKET": "/a/b", "XDG_RUNTIME_DIR": "/x"]) == "/a/b")
        #expect(path(["JOBD_SOCKET": "", "XDG_RUNTIME_DIR": "/x"]) == "/x/jobd/jobd.sock")
    }

    @Test("root's daemon is the system's")
    func root() {
        #expect(path(["XDG_RUNTIME_DIR": "/run/user/0"], user: 0) == "/run/jobd/jobd.sock")
    }

    @Test("a user's own daemon comes before the system's, where it exists")
    func user() {
        let own = "/run/user/1000/jobd/jobd.sock"
        #expect(path([:], existing: own, SocketPath.system) == own)
        #expect(path([:], existing: SocketPath.system) == SocketPath.system)
        #expect(path([:]) == own)
        #expect(path(["XDG_RUNTIME_DIR": "relative"]) == own)
    }
}
