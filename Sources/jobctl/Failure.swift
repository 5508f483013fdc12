import Glibc
import JobClient

/// Ends jobctl with a sentence and a code.
struct Failure: Error, Equatable {
    let code: Int32
    /// What is said on stderr; `nil` where all has been said.
    let sentence: String?

    init(_ code: Int32, _ sentence: String? = nil) {
        self.code = code
        self.sentence = sentence
    }

    /// - Parameters:
    ///   - user: who calls: it decides which service is to be started.
    ///   - usualSocket: the socket that this user's service has.
    init(_ error: JobClientError, user: UInt32 = getuid(), usualSocket: String = SocketPath.service(of: getuid())) {
        self.init(ExitStatus.code(for: error), Self.sentence(error, user: user, usualSocket: usualSocket))
    }

    /// The same with another sentence.
    func adding(_ sentence: String) -> Failure {
        Failure(code, self.sentence.map { "\($0). \(sentence)" } ?? sentence)
    }

    private static func sentence(_ error: JobClientError, user: UInt32, usualSocket: String) -> String {
        switch error {
        case .unreachable(_, EACCES), .unreachable(_, EPERM):
            "\(error): the socket is not for this user"
        case .unreachable(let socket, _):
            "\(error): " + hint(socket: socket, user: user, usualSocket: usualSocket)
        case .connectionLost, .shuttingDown:
            "\(error), and was not back in time"
        case .invalidRequest(let field, let problem):
            FlagNames.sentence(field: field, problem: problem)
        case .noSuchQueue(_, let known) where !known.isEmpty:
            "\(error) (jobctl queue ls)"
        default:
            "\(error)"
        }
    }

    private static func hint(socket: String, user: UInt32, usualSocket: String) -> String {
        switch socket {
        case SocketPath.system: "start it with \"systemctl start jobd.socket jobd\" or run \"jobd\""
        case usualSocket: "start it with \"systemctl --user start jobd.socket jobd\" or run \"jobd\""
        default: "run \"jobd --socket \(socket)\", or name another socket with --socket or JOBD_SOCKET"
        }
    }
}
