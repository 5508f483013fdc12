import Foundation
import Glibc
import Systemd
import Testing

@Suite("SocketActivation", .serialized)
struct SocketActivationTests {
    /// A Unix stream socket in no folder at all: the kernel picks an abstract name.
    private func streamSocket(listening: Bool = true) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var family = sa_family_t(AF_UNIX)
        let bound = withUnsafeMutableBytes(of: &family) { bytes in
            bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, 2)
        }
        try #require(bound == 0)
        if listening { try #require(listen(descriptor, 1) == 0) }
        return descriptor
    }

    /// Runs `body` with these descriptors at 3, 4, …, where a service manager puts them, announced under these names.
    ///
    /// Then puts back what was there; nothing may be expected inside, for the test tool may own descriptor 3.
    private func withPassed<Result>(
        _ passed: [(name: String, descriptor: CInt)], to process: pid_t = getpid(), _ body: () throws -> Result
    ) throws -> Result {
        let places = passed.indices.map { CInt(3 + $0) }
        let moved = passed.map { fcntl($0.descriptor, F_DUPFD, 100) }
        let before = places.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        passed.forEach { close($0.descriptor) }
        let hidden = places.map { fcntl($0, F_GETFD) }
        for (source, place) in zip(moved, places) {
            dup2(source, place)
            close(source)
        }
        defer {
            for (place, (saved, flags)) in zip(places, zip(before, hidden)) {
                if saved >= 0 {
                    dup2(saved, place)
                    _ = fcntl(place, F_SETFD, flags)
                    close(saved)
                } else {
                    close(place)
                }
            }
        }
        let variables: [String: String?] = [
            "LISTEN_PID": "\(process)", "LISTEN_FDS": "\(passed.count)",
            "LISTEN_FDNAMES": passed.map(\.name).joined(separator: ":"),
        ]
        return try withEnvironment(variables, body)
    }

    /// What a test wants to know once the descriptors are back in their places.
    private struct Seen: Equatable {
        var names: [String] = []
        var taken: [CInt] = []
        var left: [String] = []
        var closesOnExec = true
        var environmentIsClean = true
        var error: SystemdError?
    }

    private func look(forListener name: String) -> Seen {
        var seen = Seen()
        do throws(SystemdError) {
            var activation = try SocketActivation()
            seen.names = activation.names
            let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
            seen.environmentIsClean = variables.allSatisfy { name in getenv(name) == nil }
            seen.closesOnExec = activation.names.indices.allSatisfy {
                fcntl(CInt(3 + $0), F_GETFD) & FD_CLOEXEC != 0
            }
            seen.taken = try activation.takeListeners(named: name)
            seen.left = activation.names
        } catch {
            seen.error = error
        }
        return seen
    }

    @Test("a listener is found by its name, wherever it stands, and no child sees it")
    func byName() throws {
        let passed = [("other", try streamSocket()), ("varlink", try streamSocket())]
        let seen = try withPassed(passed) { look(forListener: "varlink") }
        #expect(seen == Seen(names: ["other", "varlink"], taken: [4], left: ["other"]))
    }

    @Test("a socket unit may pass several listeners of one name")
    func several() throws {
        let passed = [("varlink", try streamSocket()), ("varlink", try streamSocket())]
        let seen = try withPassed(passed) { look(forListener: "varlink") }
        #expect(seen == Seen(names: ["varlink", "varlink"], taken: [3, 4], left: []))
    }

    @Test("what does not accept connections is refused")
    func notListening() throws {
        let passed = [("varlink", try streamSocket(listening: false))]
        let seen = try withPassed(passed) { look(forListener: "varlink") }
        #expect(seen.error == .notAListener(name: "varlink"))
    }

    @Test("what is no Unix stream socket is refused")
    func wrongKind() throws {
        let internet = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        try #require(listen(internet, 1) == 0)
        let datagram = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        let file = open("/dev/null", O_RDWR)
        for descriptor in [internet, datagram, file] {
            let seen = try withPassed([("varlink", descriptor)]) { look(forListener: "varlink") }
            #expect(seen.error == .notAListener(name: "varlink"))
        }
    }

    @Test("what was passed to another process is not ours")
    func otherProcess() throws {
        let seen = try withPassed([("varlink", try streamSocket())], to: getppid()) {
            look(forListener: "varlink")
        }
        #expect(seen.names.isEmpty && seen.taken.isEmpty && seen.error == nil)
    }

    @Test("what nobody takes is closed at the end")
    func closesTheRest() throws {
        let stillOpen = try withPassed([("stray", try streamSocket())]) {
            _ = look(forListener: "varlink")
            return fcntl(3, F_GETFD) >= 0
        }
        #expect(!stillOpen)
    }

    @Test("nothing was passed where nobody says so")
    func nothing() throws {
        let seen = withEnvironment(["LISTEN_PID": nil, "LISTEN_FDS": nil, "LISTEN_FDNAMES": nil]) {
            look(forListener: "varlink")
        }
        #expect(seen == Seen())
    }
}
