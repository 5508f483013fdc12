import Foundation
import Glibc
import Systemd
import Testing

@Suite("SocketActivation")
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

    /// Starts the probe with these descriptors at 3, 4, …, as a service manager would, announced under these names.
    ///
    /// - Parameter process: the shell's word for the process that they are for.
    /// - Returns: what the probe says: a line on what it found, and one on descriptor 3.
    private func probe(
        _ passed: [(name: String, descriptor: CInt)], to process: String = "$$", announced: Bool = true
    ) throws -> [String] {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let output = fcntl(ends[1], F_DUPFD, 100)
        close(ends[1])
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, output)
        for (index, socket) in passed.enumerated() {
            let high = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 100)
            close(socket.descriptor)
            posix_spawn_file_actions_adddup2(&actions, high, CInt(3 + index))
        }
        let names = passed.map(\.name).joined(separator: ":")
        let announcement = "export LISTEN_PID=\(process) LISTEN_FDS=\(passed.count) LISTEN_FDNAMES=\(names);"
        let folder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map { URL(fileURLWithPath: $0) }
        let program = (bundle?.deletingLastPathComponent().path ?? folder) + "/listen-probe"
        let words = ["/bin/sh", "-c", (announced ? announcement : "") + " exec \(program) varlink"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        try #require(posix_spawn(&child, words[0], &actions, nil, &arguments, environ) == 0)
        close(output)
        let text = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readDataToEndOfFile()
        var status: CInt = 0
        waitpid(child, &status, 0)
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("a listener is found by its name, wherever it stands, and no child sees it")
    func byName() throws {
        let seen = try probe([("other", try streamSocket()), ("varlink", try streamSocket())])
        #expect(seen.first == #"names ["other", "varlink"] taken [4] left ["other"] variables [] cloexec true"#)
    }

    @Test("a socket unit may pass several listeners of one name")
    func several() throws {
        let seen = try probe([("varlink", try streamSocket()), ("varlink", try streamSocket())])
        #expect(seen.first == #"names ["varlink", "varlink"] taken [3, 4] left [] variables [] cloexec true"#)
    }

    @Test("what does not accept connections is refused")
    func notListening() throws {
        let seen = try probe([("varlink", try streamSocket(listening: false))])
        #expect(seen.first == "\(SystemdError.notAListener(name: "varlink"))")
    }

    @Test("what is no Unix stream socket is refused")
    func wrongKind() throws {
        let internet = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        try #require(listen(internet, 1) == 0)
        let datagram = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        let file = open("/dev/null", O_RDWR)
        for descriptor in [internet, datagram, file] {
            #expect(try probe([("varlink", descriptor)]).first == "\(SystemdError.notAListener(name: "varlink"))")
        }
    }

    @Test("what was passed to another process is not ours")
    func otherProcess() throws {
        let seen = try probe([("varlink", try streamSocket())], to: "$PPID")
        #expect(seen.first?.hasPrefix("names [] taken [] left []") == true)
    }

    @Test("what nobody takes is closed at the end")
    func closesTheRest() throws {
        #expect(try probe([("stray", try streamSocket())]).last == "descriptor 3 is closed")
    }

    @Test("nothing was passed where nobody says so")
    func nothing() throws {
        let seen = try probe([], announced: false)
        #expect(seen.first?.hasPrefix("names [] taken [] left []") == true)
    }
}
