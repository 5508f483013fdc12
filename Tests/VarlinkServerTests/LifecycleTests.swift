import Foundation
import Kernel
import Testing
import Varlink
import VarlinkServer

/// Connections come and go, and so does the server.
@Suite(.serialized)
struct LifecycleTests {
    private static func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private static func isServed(_ path: String) throws -> Bool {
        let client = try VarlinkClient(connectingTo: path)
        return try client.call("org.example.test.Echo", ["text": "x"], within: .seconds(20)) == ["text": "x"]
    }

    @Test("thousands of connections leave nothing behind")
    func manyConnections() throws {
        let server = try TestServer()
        _ = try Self.isServed(server.path)
        server.settle()
        let before = try Self.openDescriptors()
        for round in 0..<20 {
            var clients: [RawConnection] = []
            for index in 0..<200 {
                let client = try RawConnection(server.path)
                if index % 2 == 0 { try client.send(#"{"method":"org.varlink.service.GetInfo"}"# + "\0") }
                if index % 50 == 0 { #expect(try client.messages(1).count == 1, "round \(round)") }
                clients.append(client)
            }
        }
        #expect(try Self.isServed(server.path))
        while try Self.openDescriptors() > before { server.settle() }
        try server.end()
    }

    @Test("connections beyond a user's share are closed at once, and those that end make room")
    func shares() throws {
        var limits = ServerLimits()
        limits.connectionsPerUser = 3
        let server = try TestServer(limits: limits)
        var clients = try (0..<3).map { _ in try VarlinkClient(connectingTo: server.path) }
        for client in clients { _ = try client.call("org.varlink.service.GetInfo", within: .seconds(20)) }
        for _ in 0..<10 { #expect(try RawConnection(server.path).messagesUntilEnd() == []) }
        clients.removeLast()
        while (try? Self.isServed(server.path)) != true { server.settle() }
        for client in clients { _ = try client.call("org.varlink.service.GetInfo", within: .seconds(20)) }
        try server.end()

        limits.connectionsPerUser = 100
        limits.connections = 1
        let small = try TestServer(limits: limits)
        let only = try VarlinkClient(connectingTo: small.path)
        _ = try only.call("org.varlink.service.GetInfo", within: .seconds(20))
        #expect(try RawConnection(small.path).messagesUntilEnd() == [])
        try small.end()
    }

    @Test("when no descriptor is left clients wait, and are served when there is one again")
    func noDescriptors() throws {
        let server = try TestServer()
        #expect(try Self.isServed(server.path))
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = limit
        // Room for the client's end of a connection and not for the server's.
        let client = open("/dev/null", O_RDONLY)
        limit.rlim_cur = rlim_t(client) + 1
        close(client)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let waiting = Result {
            let connection = try RawConnection(server.path)
            try connection.send(#"{"method":"org.example.test.Echo","parameters":{"text":"a"}}"# + "\0")
            // Longer than the server waits between two attempts.
            return (connection, try connection.waitReadable(within: .milliseconds(150)))
        }
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), [before])
        let (connection, wasServed) = try waiting.get()
        #expect(!wasServed)
        #expect(try connection.messages(1) == [#"{"parameters":{"text":"a"}}"#])
        try server.end()
    }

    @Test("descriptors sent along with a message are dropped by the kernel")
    func passedDescriptors() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(#"{"method":"org.varlink.service.GetInfo"}"# + "\0")
        _ = try client.messages(1)
        let before = try Self.openDescriptors()
        Self.send(Array(repeating: client.descriptor, count: 253), with: "{", over: client.descriptor)
        try client.send(#""method":"org.example.test.Echo","parameters":{"text":"a"}}"# + "\0")
        #expect(try client.messages(1) == [#"{"parameters":{"text":"a"}}"#])
        #expect(try Self.openDescriptors() == before)
        try server.end()
    }

    /// Sends a byte with descriptors (SCM_RIGHTS).
    private static func send(_ descriptors: [Int32], with text: String, over socket: Int32) {
        var control = [UInt8]()
        withUnsafeBytes(of: MemoryLayout<cmsghdr>.size + descriptors.count * 4) { control += $0 }
        withUnsafeBytes(of: SOL_SOCKET) { control += $0 }
        withUnsafeBytes(of: Int32(SCM_RIGHTS)) { control += $0 }
        descriptors.withUnsafeBytes { control += $0 }
        control += [UInt8](repeating: 0, count: -control.count & 7)
        var text = Array(text.utf8)
        let sent = control.withUnsafeMutableBytes { control in
            text.withUnsafeMutableBytes { text in
                var part = iovec(iov_base: text.baseAddress, iov_len: text.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    return sendmsg(socket, &message, 0)
                }
            }
        }
        #expect(sent == text.count)
    }

    @Test("a stop lets running calls be answered, and then nobody can connect")
    func stop() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        let idle = try RawConnection(server.path)
        try client.send(#"{"method":"org.example.test.Later","parameters":{"text":"a"}}"# + "\0")
        try client.send(#"{"method":"org.example.test.Alone","parameters":{"text":"b"}}"# + "\0")
        let call = try server.held.take(1)[0]
        let stopped = Counter()
        let stopper = Thread {
            try? server.server.stop(within: .seconds(20))
            stopped.add()
        }
        stopper.start()
        #expect(try idle.messagesUntilEnd() == [])
        #expect(stopped.value == 0)
        call.echo()
        #expect(try client.messagesUntilEnd() == [#"{"parameters":{"text":"a"}}"#])
        #expect(stopped.wait(for: 1))
        #expect(throws: VarlinkClientError.cannotConnect(path: server.path, code: ECONNREFUSED)) {
            try VarlinkClient(connectingTo: server.path)
        }
        #expect(server.held.count == 0)
        try server.end()
    }

    @Test("a stop waits no longer than told, and answers that come too late are harmless")
    func stopDeadline() throws {
        let server = try TestServer()
        let client = try RawConnection(server.path)
        try client.send(#"{"method":"org.example.test.Later","parameters":{"text":"a"},"more":true}"# + "\0")
        let call = try server.held.take(1)[0]
        try server.server.stop(within: .milliseconds(20))
        #expect(try client.messagesUntilEnd() == [])
        #expect(server.gone.value == 1)
        call.stream(["text": "late"])
        call.onClose {}
        call.whenWritable {}
        call.echo()
        server.server.ping { Issue.record("a server that does not run was pinged") }
        try server.end()
    }

    @Test("answers and a stop at the same time do not meet badly")
    func stopRace() throws {
        for _ in 0..<30 {
            let server = try TestServer()
            let client = try RawConnection(server.path)
            for _ in 0..<200 {
                try client.send(#"{"method":"org.example.test.Later","parameters":{"text":"a"}}"# + "\0")
            }
            let calls = try server.held.take(200)
            let done = Counter()
            for part in 0..<2 {
                Thread {
                    for call in calls[part * 100..<part * 100 + 100] { call.echo() }
                    done.add()
                }.start()
            }
            try server.end(within: .milliseconds(1))
            #expect(done.wait(for: 2))
        }
    }

    @Test("pings come back from the thread that is called io")
    func ping() throws {
        let server = try TestServer()
        let name = ThreadName()
        let done = DispatchSemaphore(value: 0)
        server.server.ping {
            name.set((try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? "")
            done.signal()
        }
        #expect(done.wait(timeout: .now() + 20) == .success)
        #expect(name.get() == "io\n")
        try server.end()
    }

    @Test("what is no listening socket is refused, and all that was handed over is closed")
    func badListener() throws {
        let path = NSTemporaryDirectory() + "varlink-\(UUID().uuidString)"
        defer { unlink(path) }
        let server = VarlinkServer(
            service: ServiceInfo(vendor: "", product: "", version: "", url: ""), interfaces: [],
            internalError: "org.example.Error")
        let good = try UnixListener.bind(path: path, mode: 0o600).release()
        let bad = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(throws: SystemError(call: "accept", code: EINVAL)) {
            try server.start(listeners: [good, bad]) { _ in }
        }
        #expect(fcntl(good, F_GETFD) == -1 && fcntl(bad, F_GETFD) == -1)
        try server.stop(within: .zero)
    }

    @Test("the owner is told when a listening socket breaks, and the other one goes on")
    func listenerLost() throws {
        let paths = (0..<2).map { _ in NSTemporaryDirectory() + "varlink-\(UUID().uuidString)" }
        defer { for path in paths { unlink(path) } }
        let server = VarlinkServer(
            service: ServiceInfo(vendor: "", product: "", version: "", url: ""), interfaces: [],
            internalError: "org.example.Error")
        let listeners = try paths.map { try UnixListener.bind(path: $0, mode: 0o600).release() }
        let copy = dup(listeners[0])
        let lost = Counter()
        try server.start(listeners: listeners) { _ in lost.add() }
        // The kernel still announces connections, and accepting one fails for good.
        let other = open("/dev/null", O_RDONLY)
        dup2(other, listeners[0])
        close(other)
        let refused = try VarlinkClient(connectingTo: paths[0])
        #expect(lost.wait(for: 1))
        close(copy)
        refused.close()
        let client = try VarlinkClient(connectingTo: paths[1])
        _ = try client.call("org.varlink.service.GetInfo", within: .seconds(20))
        try server.stop(within: .seconds(20))
        #expect(lost.value == 1)
    }

    @Test("a description and its methods must be of one mind")
    func mismatch() throws {
        let description = try InterfaceDescription("interface a.b\nmethod A() -> ()\nmethod B() -> ()")
        let method = Method(.alone) { $0.reply() }
        let mismatch = try #require(throws: InterfaceMismatch.self) {
            try Interface(description, methods: ["A": method, "C": method])
        }
        #expect(mismatch.interface == "a.b" && mismatch.missing == ["B"] && mismatch.undescribed == ["C"])
        _ = try Interface(description, methods: ["A": method, "B": method])
    }
}

/// A name that another thread finds out.
private final class ThreadName: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var name = ""

    func set(_ name: String) {
        lock.withLock { self.name = name }
    }

    func get() -> String {
        lock.withLock { name }
    }
}
