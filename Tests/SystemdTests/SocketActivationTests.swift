import Foundation
import Glibc
import Systemd
import Testing

@Suite("SocketActivation", .serialized)
struct SocketActivationTests {
    /// A Unix stream socket in no folder at all: the kernel picks an abstract name.
    private static func streamSocket(listening: Bool = true) -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var family = sa_family_t(AF_UNIX)
        let bound = withUnsafeMutableBytes(of: &family) { bytes in
            bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, 2)
        }
        precondition(bound == 0)
        if listening { precondition(listen(descriptor, 1) == 0) }
        return descriptor
    }

    /// Puts these descriptors at 3, 4, …, as a service manager would, and announces them under these names.
    ///
    /// It is done in a process of the test's own: what stands in those places here belongs to others.
    private static func pass(_ passed: [(name: String, descriptor: CInt)], to process: pid_t = getpid()) {
        let moved = passed.map { fcntl($0.descriptor, F_DUPFD, 100) }
        passed.forEach { close($0.descriptor) }
        for (index, source) in moved.enumerated() {
            dup2(source, CInt(3 + index))
            close(source)
        }
        setenv("LISTEN_PID", "\(process)", 1)
        setenv("LISTEN_FDS", "\(passed.count)", 1)
        setenv("LISTEN_FDNAMES", passed.map(\.name).joined(separator: ":"), 1)
    }

    /// What a test wants to know.
    private struct Seen: Equatable {
        var names: [String] = []
        var taken: [CInt] = []
        var left: [String] = []
        var closesOnExec = true
        var environmentIsClean = true
        var error: SystemdError?
    }

    private static func look(forListener name: String) -> Seen {
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
    func byName() async {
        await #expect(processExitsWith: .success) {
            Self.pass([("other", Self.streamSocket()), ("varlink", Self.streamSocket())])
            let seen = Self.look(forListener: "varlink")
            precondition(seen == Seen(names: ["other", "varlink"], taken: [4], left: ["other"]), "\(seen)")
        }
    }

    @Test("a socket unit may pass several listeners of one name")
    func several() async {
        await #expect(processExitsWith: .success) {
            Self.pass([("varlink", Self.streamSocket()), ("varlink", Self.streamSocket())])
            let seen = Self.look(forListener: "varlink")
            precondition(seen == Seen(names: ["varlink", "varlink"], taken: [3, 4], left: []), "\(seen)")
        }
    }

    @Test("what does not accept connections is refused")
    func notListening() async {
        await #expect(processExitsWith: .success) {
            Self.pass([("varlink", Self.streamSocket(listening: false))])
            precondition(Self.look(forListener: "varlink").error == .notAListener(name: "varlink"))
        }
    }

    @Test("what is no Unix stream socket is refused")
    func wrongKind() async {
        await #expect(processExitsWith: .success) {
            let internet = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            precondition(listen(internet, 1) == 0)
            let datagram = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
            let file = open("/dev/null", O_RDWR)
            for descriptor in [internet, datagram, file] {
                Self.pass([("varlink", descriptor)])
                precondition(Self.look(forListener: "varlink").error == .notAListener(name: "varlink"))
            }
        }
    }

    @Test("what was passed to another process is not ours")
    func otherProcess() async {
        await #expect(processExitsWith: .success) {
            Self.pass([("varlink", Self.streamSocket())], to: getppid())
            let seen = Self.look(forListener: "varlink")
            precondition(seen.names.isEmpty && seen.taken.isEmpty && seen.error == nil, "\(seen)")
        }
    }

    @Test("what nobody takes is closed at the end")
    func closesTheRest() async {
        await #expect(processExitsWith: .success) {
            Self.pass([("stray", Self.streamSocket())])
            _ = Self.look(forListener: "varlink")
            precondition(fcntl(3, F_GETFD) < 0)
        }
    }

    @Test("nothing was passed where nobody says so")
    func nothing() async {
        await #expect(processExitsWith: .success) {
            for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
            precondition(Self.look(forListener: "varlink") == Seen())
        }
    }
}
