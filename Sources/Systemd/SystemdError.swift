internal import Glibc

/// Why something asked of the service manager or the journal did not happen.
public enum SystemdError: Error, Hashable, Sendable {
    /// A call of libsystemd failed with this errno.
    case failed(call: String, errno: CInt)
    /// What was passed under this name is not a Unix stream socket that accepts connections.
    case notAListener(name: String)
    /// A journal field's name breaks the journal's rule; it would be dropped without a word.
    case invalidFieldName(String)

    /// Whether it failed only because whoever is to read has not yet read what was sent before.
    public var isFull: Bool {
        if case .failed(_, let errno) = self { errno == EAGAIN || errno == ENOBUFS } else { false }
    }

    /// Turns libsystemd's convention, a negative errno for failure, into an error.
    ///
    /// Returns: `result` where it is not negative.
    static func check(_ call: String, _ result: CInt) throws(SystemdError) -> CInt {
        guard result >= 0 else { throw .failed(call: call, errno: -result) }
        return result
    }
}

extension SystemdError: CustomStringConvertible {
    /// One sentence for a log line.
    public var description: String {
        switch self {
        case .failed(let call, let errno):
            "\(call) failed: \(unsafe String(cString: strerror(errno))) (errno \(errno))"
        case .notAListener(let name):
            "the descriptor passed as '\(name)' is not a listening Unix stream socket"
        case .invalidFieldName(let name):
            "'\(name)' is no journal field name: 1 to 64 of A-Z, 0-9 and _, beginning with a letter"
        }
    }
}
