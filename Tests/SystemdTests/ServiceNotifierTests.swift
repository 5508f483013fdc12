import Systemd
import Testing
import Threading

@Suite("ServiceNotifier", .serialized)
struct ServiceNotifierTests {
    private let notifier = ServiceNotifier()

    /// What the manager reads when `body` runs.
    private func received(_ body: () throws -> Bool) throws -> String? {
        let manager = try ReceivingSocket()
        let told = try withEnvironment(["NOTIFY_SOCKET": manager.path], body)
        #expect(told)
        return manager.next()
    }

    @Test("each call is one message in systemd's words")
    func words() throws {
        #expect(try received { try notifier.ready() } == "READY=1")
        #expect(try received { try notifier.ready(status: "3 queues") } == "READY=1\nSTATUS=3 queues")
        #expect(try received { try notifier.status("running 3") } == "STATUS=running 3")
        #expect(try received { try notifier.stopping(status: "draining") } == "STOPPING=1\nSTATUS=draining")
        #expect(try received { try notifier.watchdog() } == "WATCHDOG=1")
        #expect(try received { try notifier.failed(errno: 28, status: "disk full") } == "ERRNO=28\nSTATUS=disk full")
    }

    @Test("an extension is counted in microseconds and never becomes the manager's infinity")
    func extensions() throws {
        #expect(try received { try notifier.extendTimeout(by: .seconds(15)) } == "EXTEND_TIMEOUT_USEC=15000000")
        #expect(try received { try notifier.extendTimeout(by: .nanoseconds(2_500)) } == "EXTEND_TIMEOUT_USEC=2")
        #expect(try received { try notifier.extendTimeout(by: .seconds(-1)) } == "EXTEND_TIMEOUT_USEC=0")
        let longest = try received { try notifier.extendTimeout(by: .seconds(Int64.max)) }
        #expect(longest == "EXTEND_TIMEOUT_USEC=\(UInt64.max - 1)")
    }

    @Test("a status cannot smuggle in another assignment")
    func smuggling() throws {
        #expect(try received { try notifier.status("a\nREADY=1\r\0\u{85}z") } == "STATUS=a READY=1   z")
    }

    @Test("a status too long for the manager is cut between characters")
    func longStatus() throws {
        let message = try received { try notifier.status("x" + String(repeating: "ä", count: 5_000)) }
        #expect(message == "STATUS=x" + String(repeating: "ä", count: 511))
    }

    @Test("without a service manager nothing happens, and the caller is told so")
    func noManager() throws {
        let told = try withEnvironment(["NOTIFY_SOCKET": nil]) {
            [try notifier.ready(), try notifier.barrier(timeout: .seconds(1))]
        }
        #expect(told == [false, false])
    }

    @Test("a manager that cannot be reached is an error")
    func unreachable() {
        _ = withEnvironment(["NOTIFY_SOCKET": "/nonexistent/notify"]) {
            #expect(throws: SystemdError.failed(call: "notify the service manager", errno: 2)) { try notifier.ready() }
        }
    }

    @Test("a manager that does not read holds nobody up, and is told what it has no room for")
    func deafManager() throws {
        let manager = try ReceivingSocket()
        let error = withEnvironment(["NOTIFY_SOCKET": manager.path]) {
            #expect(throws: SystemdError.self) {
                // The kernel keeps some hundred messages at most (net.unix.max_dgram_qlen).
                for number in 0..<100_000 { try notifier.status("\(number)") }
            }
        }
        #expect(error?.isFull == true)
        let barrier = withEnvironment(["NOTIFY_SOCKET": manager.path]) {
            #expect(throws: SystemdError.self) { try notifier.barrier(timeout: .seconds(60)) }
        }
        #expect(barrier?.isFull == true)
        #expect(manager.next() == "STATUS=0")
    }

    @Test("a manager may listen on an abstract socket")
    func abstractSocket() throws {
        let manager = try ReceivingSocket(isAbstract: true)
        let told = try withEnvironment(["NOTIFY_SOCKET": manager.path]) { try notifier.ready() }
        #expect(told)
        #expect(manager.next() == "READY=1")
    }

    @Test("a barrier lets go when the manager has read everything")
    func barrierLetsGo() throws {
        let manager = try ReceivingSocket()
        try withEnvironment(["NOTIFY_SOCKET": manager.path]) {
            try notifier.status("last words")
            let messages = Monitor<[String?]>([])
            nonisolated(unsafe) let socket = manager  // The other thread is joined before this one uses it again.
            let reader = try DaemonThread(name: "manager") {
                messages.withLock { $0 = [socket.next(), socket.next()] }
            }
            let told = try notifier.barrier(timeout: .seconds(10))
            reader.join()
            #expect(told)
            #expect(messages.withLock { $0 } == ["STATUS=last words", "BARRIER=1"])
        }
    }

    @Test("a barrier gives up at its timeout")
    func barrierGivesUp() throws {
        let manager = try ReceivingSocket()
        _ = withEnvironment(["NOTIFY_SOCKET": manager.path]) {
            #expect(throws: SystemdError.failed(call: "barrier of the service manager", errno: 110)) {
                try notifier.barrier(timeout: .milliseconds(20))
            }
        }
    }
}
