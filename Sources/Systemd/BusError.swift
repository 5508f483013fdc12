internal import Glibc

/// Why something asked over the bus did not happen.
public struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked: the name of a method, or of a call of libsystemd.
    public let call: String
    /// The name of the error that the other side answered with; empty where the bus itself failed.
    public let name: String
    /// The other side's words, or the system's.
    public let message: String
    /// The error number that comes nearest.
    public let errno: CInt

    /// An answer of the other side, for those who play one.
    public init(call: String, name: String, message: String, errno: CInt) {
        self.call = call
        self.name = name
        self.message = message
        self.errno = errno
    }

    /// A failure of libsystemd itself.
    init(call: String, errno: CInt) {
        self.init(call: call, name: "", message: unsafe String(cString: strerror(errno)), errno: errno)
    }

    /// Whether the other side answered; otherwise the connection is of no more use.
    public var isAnswer: Bool { !name.isEmpty }

    /// One sentence for a log line.
    public var description: String { "\(call): \(message)" }

    /// Turns libsystemd's convention, a negative errno for failure, into an error.
    @discardableResult
    static func check(_ call: String, _ result: CInt) throws(BusError) -> CInt {
        guard result >= 0 else { throw BusError(call: call, errno: -result) }
        return result
    }
}
