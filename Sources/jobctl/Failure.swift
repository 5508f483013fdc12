import Glibc
import JobClient
import JobProtocol
import Varlink

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
        case .noSuchQueue(let queue, let known):
            missing("queue", queue, known, see: "jobctl queue ls")
        case .noSuchResource(let resource, let known):
            missing("resource", resource, known, see: "jobctl daemon")
        case .invalidConfiguration(let problems):
            (["the old configuration holds on, because of this:"] + problems.map(PrintableText.escaped))
                .joined(separator: "\n  ")
        case .invalidSetting(let setting, let problem):
            "\(setting)= \(problem)"
        case .noSpace:
            "\(error); free some there and repeat it, jobd goes on by itself"
        case .refused(VarlinkError.permissionDenied.name, _):
            "that is for root and the group jobd-admin only"
        default:
            "\(error)"
        }
    }

    /// The names that there are, the one that was probably meant first.
    private static func missing(_ what: String, _ name: String, _ known: [String], see command: String) -> String {
        let begin = "there is no \(what) \(PrintableText.escaped(name))"
        guard !known.isEmpty else { return "\(begin): jobd's configuration names none" }
        let names = NearestNames.sorted(known, to: name)
        let shown = names.prefix(longestList).joined(separator: ", ") + (names.count > longestList ? ", ..." : "")
        guard let meant = NearestNames.meant(by: name, of: known) else {
            return "\(begin); there is \(shown) (\(command))"
        }
        return "\(begin); did you mean \(meant)? There is \(shown) (\(command))"
    }

    /// So many names are shown.
    private static let longestList = 10

    private static func hint(socket: String, user: UInt32, usualSocket: String) -> String {
        switch socket {
        case SocketPath.system: "start it with \"systemctl start jobd.socket jobd\" or run \"jobd\""
        case usualSocket: "start it with \"systemctl --user start jobd.socket jobd\" or run \"jobd\""
        default: "run \"jobd --socket \(socket)\", or name another socket with --socket or JOBD_SOCKET"
        }
    }
}
