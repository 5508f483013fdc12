internal import CSystemd
internal import Glibc

/// Tells the service manager how the service is doing (`sd_notify(3)`).
///
/// Each call returns whether a service manager was told: false where `NOTIFY_SOCKET` is not set, as in a shell or a
/// container, which is no error. Each throws `SystemdError` where there is one and it could not be reached. A call
/// sends one datagram and never waits for the manager to read it, except `barrier(timeout:)`: where the manager's socket
/// is full it throws `failed` with EAGAIN (`SystemdError.isFull`), and the message is to be sent again later. Safe from
/// any thread as long as no thread changes the environment.
public struct ServiceNotifier: Sendable {
    /// A status is cut to this many bytes of UTF-8: the manager ignores a whole message above 4096 bytes.
    public static let longestStatus = 1024

    /// A notifier for the manager that `NOTIFY_SOCKET` names at the time of each call.
    public init() {}

    /// The service can be used now; units ordered after it may start.
    @discardableResult
    public func ready(status: String? = nil) throws(SystemdError) -> Bool {
        try send("READY=1", status: status)
    }

    /// The service reads its configuration again; to be followed by `ready(status:)`.
    ///
    /// With the time of the monotonic clock that `Type=notify-reload` (since systemd 253) asks for.
    @discardableResult
    public func reloading(status: String? = nil) throws(SystemdError) -> Bool {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        return try send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)", status: status)
    }

    /// One line about what the service does, shown by `systemctl status`.
    ///
    /// Control characters become spaces.
    @discardableResult
    public func status(_ text: String) throws(SystemdError) -> Bool {
        try send(nil, status: text)
    }

    /// The service is on its way out.
    ///
    /// A promise: from here on `TimeoutStopSec` runs, and nothing takes it back.
    @discardableResult
    public func stopping(status: String? = nil) throws(SystemdError) -> Bool {
        try send("STOPPING=1", status: status)
    }

    /// The current start or stop may last this much longer, counted from now.
    ///
    /// To be sent again before it is over.
    @discardableResult
    public func extendTimeout(by extension: Duration) throws(SystemdError) -> Bool {
        try send("EXTEND_TIMEOUT_USEC=\(`extension`.wholeMicroseconds)", status: nil)
    }

    /// The service is alive.
    ///
    /// To be sent at least once per `WatchdogInterval`.
    @discardableResult
    public func watchdog() throws(SystemdError) -> Bool {
        try send("WATCHDOG=1", status: nil)
    }

    /// The service is about to exit because of this errno; `systemctl show -p StatusErrno` tells it.
    @discardableResult
    public func failed(errno: CInt, status: String) throws(SystemdError) -> Bool {
        try send("ERRNO=\(errno)", status: status)
    }

    /// Waits until the manager has read all that was sent before.
    ///
    /// For the moment before an exit, which otherwise may overtake the last status.
    ///
    /// Throws: `failed` with ETIMEDOUT when the manager did not get there within `timeout`.
    @discardableResult
    public func barrier(timeout: Duration) throws(SystemdError) -> Bool {
        var ends: [CInt] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .failed(call: "socketpair", errno: errno)
        }
        defer { _ = close(ends[0]) }
        // The manager gets the other end, and closes it once it has read all that came before.
        guard try give(ends[1]) else { return false }
        var end = pollfd(fd: ends[0], events: 0, revents: 0)
        let milliseconds = CInt(clamping: timeout.wholeMicroseconds / 1_000)
        var count: CInt
        repeat { count = unsafe poll(&end, 1, milliseconds) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw .failed(call: "poll", errno: errno) }
        guard count > 0 else { throw .failed(call: "barrier of the service manager", errno: ETIMEDOUT) }
        return true
    }

    private func send(_ assignment: String?, status: String?) throws(SystemdError) -> Bool {
        let lines = [assignment, status.map { "STATUS=\(Self.oneLine($0))" }]
        let message = lines.compactMap(\.self).joined(separator: "\n")
        return try offer(message, descriptor: -1)
    }

    private func give(_ descriptor: CInt) throws(SystemdError) -> Bool {
        defer { _ = close(descriptor) }
        return try offer("BARRIER=1", descriptor: descriptor)
    }

    private func offer(_ message: String, descriptor: CInt) throws(SystemdError) -> Bool {
        guard let path = unsafe getenv("NOTIFY_SOCKET") else { return false }
        let error = unsafe csystemd_offer(path, message, descriptor)
        guard error == 0 else { throw .failed(call: "notify the service manager", errno: error) }
        return true
    }

    /// A status that can be nothing but a status: a newline would begin another assignment, a NUL end the message.
    private static func oneLine(_ text: String) -> String {
        var line = ""
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= longestStatus else { break }
            line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return line
    }
}

extension Duration {
    /// Microseconds as systemd counts them: rounded down, nothing below 0, and never its value for "infinity".
    fileprivate var wholeMicroseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return UInt64.max - 1 }
        return min(whole + UInt64(attoseconds / 1_000_000_000_000), UInt64.max - 1)
    }
}
