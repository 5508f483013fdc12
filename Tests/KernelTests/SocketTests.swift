import Glibc
import Kernel
import Testing
import Threading

/// Unix sockets and those at their other end.
@Suite(.serialized)
struct SocketTests {
    @Test(
        "a socket has its mode from birth, whatever the umask, which stays as it is",
        arguments: [0o600, 0o660, 0o666] as [UInt32])
    func mode(mode: UInt32) throws {
        let folder = try KernelFolder()
        let before = umask(0o077)
        defer { umask(before) }
        let listener = try UnixListener.bind(path: folder.file("s"), mode: mode)
        #expect(try FileOwner(of: folder.file("s")).mode == mode)
        #expect(umask(0o077) == 0o077)
        _ = listener.rawValue
    }

    @Test("what was sent arrives, and the end is seen")
    func stream() throws {
        let folder = try KernelFolder()
        let listener = try UnixListener.bind(path: folder.file("s"), mode: 0o600)
        let client = try UnixStream.connect(to: folder.file("s"))
        let server = UnixStream(
            owning: Descriptor(owning: try systemCall("accept") { accept(listener.rawValue, nil, nil) }))
        try client.send([1, 2, 3])
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(try server.descriptor.read(into: &buffer) == 3)
        client.shutDown()
        #expect(try server.descriptor.read(into: &buffer) == 0)
        // No signal ends this process.
        let error = #expect(throws: SystemError.self) { for _ in 0..<2 { try client.send([1]) } }
        #expect(error?.code == EPIPE)
    }

    @Test("who is at the other end is what the kernel says")
    func peer() throws {
        let folder = try KernelFolder()
        let listener = try UnixListener.bind(path: folder.file("s"), mode: 0o600)
        let client = try UnixStream.connect(to: folder.file("s"))
        let server = Descriptor(owning: try systemCall("accept") { accept(listener.rawValue, nil, nil) })
        for socket in [client.descriptor.rawValue, server.rawValue] {
            let peer = try PeerCredentials.of(socket: socket)
            #expect(peer.user == geteuid() && peer.group == getegid() && peer.process == getpid())
            var groups = [gid_t](repeating: 0, count: 65_536)
            let count = getgroups(Int32(groups.count), &groups)
            #expect(Set(peer.groups) == Set(groups.prefix(Int(count))))
        }
        let file = try Descriptor.open("/dev/null", O_RDONLY)
        let error = #expect(throws: SystemError.self) { _ = try PeerCredentials.of(socket: file.rawValue) }
        #expect(error?.code == ENOTSOCK)
    }

    @Test("a socket that nobody listens on any more is replaced")
    func abandoned() throws {
        let folder = try KernelFolder()
        do { _ = try UnixListener.bind(path: folder.file("s"), mode: 0o600) }
        #expect(access(folder.file("s"), F_OK) == 0)
        let listener = try UnixListener.bind(path: folder.file("s"), mode: 0o600)
        _ = try UnixStream.connect(to: folder.file("s"))
        _ = listener.rawValue
    }

    @Test("a socket that somebody listens on is not replaced, and goes on")
    func alive() throws {
        let folder = try KernelFolder()
        let listener = try UnixListener.bind(path: folder.file("s"), mode: 0o600)
        let error = #expect(throws: SystemError.self) { _ = try UnixListener.bind(path: folder.file("s"), mode: 0o600) }
        #expect(error?.code == EADDRINUSE)
        _ = try UnixStream.connect(to: folder.file("s"))
        _ = listener.rawValue
    }

    @Test("a file that is no socket is never replaced")
    func file() throws {
        let folder = try KernelFolder()
        try Descriptor.open(folder.file("s"), O_WRONLY | O_CREAT, mode: 0o600).write(all: [5])
        let error = #expect(throws: SystemError.self) { _ = try UnixListener.bind(path: folder.file("s"), mode: 0o600) }
        #expect(error?.code == EADDRINUSE)
        #expect(try FileContent.read(folder.file("s")) == [5])
    }

    @Test("a path that is too long, or leads nowhere, is refused")
    func paths() throws {
        let long = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: SystemError.self) { _ = try UnixListener.bind(path: long, mode: 0o600) }
        let error = #expect(throws: SystemError.self) { _ = try UnixStream.connect(to: long) }
        #expect(error?.code == ENAMETOOLONG)
        let missing = #expect(throws: SystemError.self) { _ = try UnixStream.connect(to: "/nonexistent/s") }
        #expect(missing?.code == ENOENT)
    }
}
