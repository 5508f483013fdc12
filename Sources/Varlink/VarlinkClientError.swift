internal import Kernel

/// Why a client got no answer from its service. (An answer that is an error is a ``VarlinkError``.)
public enum VarlinkClientError: Error, Equatable, CustomStringConvertible {
    /// No connection came about. `code` is the system's error number: `ENOENT` when there is no such socket,
    /// `ECONNREFUSED` when nobody listens there, `EACCES` when it is not for us.
    case cannotConnect(path: String, code: Int32)
    /// The connection ended, and with it all that was still to be answered. `code` is the system's error number; nil
    /// when the service closed it in an orderly way or ``ConnectionCloser/close()`` did.
    case connectionLost(code: Int32?)
    /// The service sent what is no reply. The connection is of no use any more.
    case badReply(String)
    /// No reply came in time. It may still come: ``VarlinkClient/receive(within:)`` can wait on.
    case timedOut
    /// The client was used against the order of calls and replies.
    case outOfTurn(String)

    /// For people, in one line.
    public var description: String {
        switch self {
        case .cannotConnect(let path, let code): "cannot connect to \(path): \(SystemError.text(of: code))"
        case .connectionLost(nil): "the service closed the connection"
        case .connectionLost(let code?): "the connection to the service broke: \(SystemError.text(of: code))"
        case .badReply(let problem): "the service sent a broken reply: \(problem)"
        case .timedOut: "the service did not answer in time"
        case .outOfTurn(let problem): problem
        }
    }
}
