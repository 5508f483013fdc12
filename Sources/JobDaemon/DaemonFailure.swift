import JobProtocol
import JobService
import JobStore
import Kernel

/// Why the daemon cannot run, in a sentence for its user, with the exit code that says it to a service manager.
enum DaemonFailure: Error, CustomStringConvertible {
    case configuration(ConfigurationError)
    case noFolder(variable: String)
    case unsafeFolder(path: String, problem: String)
    case locked(folder: String, holder: Int32?)
    case socketTaken(path: String)
    case system(SystemError, doing: String)
    case storage(JobStoreError, path: String)
    case recovery(any Error)
    /// What the configuration asks for cannot be had here: a sentence for each.
    case unable([String], file: String?)
    case badKey(SystemError, path: String)
    case server(any Error)

    var description: String {
        switch self {
        case .configuration(let error): "\(error)"
        case .noFolder(let variable):
            "\(variable) and HOME are not set, so there is no usual place for jobd's files: set them, or give --state-directory, --socket and --config"
        case .unsafeFolder(let path, let problem):
            "\(path) \(problem): it holds what users run, so nobody else may reach it; run chmod 700 and chown on it"
        case .locked(let folder, let holder):
            "another jobd\(holder.map { " (pid \($0))" } ?? "") uses \(folder): stop it, or give this one another --state-directory"
        case .socketTaken(let path):
            "somebody listens on \(path) already: stop them, or give another --socket"
        case .system(let error, let what): "cannot \(what): \(error)"
        case .storage(.damaged(let problem), let path): Self.instructions(problem, store: path)
        case .storage(let error, let path): "the store \(path) cannot be used: \(error)"
        case .unable(let problems, let file):
            problems.map { "\(file ?? "the configuration"): \($0)" }.joined(separator: "\n")
        case .badKey(let error, let path):
            "the key \(path) cannot be used: \(error); without it the secrets of stored jobs cannot be read, so bring it back from a backup, or move it away and submit such jobs again"
        case .recovery(let error): "cannot recover: \(error)"
        case .server(let error): "cannot serve: \(error)"
        }
    }

    /// What a client is told of it.
    var jobError: JobError {
        switch self {
        case .configuration(let error): .invalidConfiguration("\(error)".split(separator: "\n").map(String.init))
        case .unable: .invalidConfiguration("\(self)".split(separator: "\n").map(String.init))
        default: .storageFailed("\(self)")
        }
    }

    /// sysexits(3).
    var exitCode: Int32 {
        switch self {
        case .configuration, .noFolder, .unsafeFolder, .unable, .badKey: DaemonExit.configuration
        case .locked, .socketTaken: DaemonExit.unavailable
        case .system, .server: DaemonExit.system
        case .storage(.damaged, _): DaemonExit.damaged
        case .storage, .recovery: DaemonExit.storage
        }
    }

    /// What the journal calls it.
    var event: JournalEvent { if case .storage(.damaged, _) = self { .storeDamaged } else { .daemonFailed } }

    /// What to do about a damaged store.
    static func instructions(_ problem: String, store path: String) -> String {
        """
        the store \(path) is damaged: \(problem). Nothing of it is used, so that no job gets lost unseen, and jobd stays \
        down until somebody has looked at it. Restore a backup, if you have one: mkdir \(path).damaged && \
        mv \(path) \(path)-* \(path).damaged/; cp BACKUP \(path); then start jobd. README.md, "Backup and restore", says \
        what that means for the jobs, and how to save what can be read without a backup
        """
    }

    /// The error number behind it, for the service manager.
    var errno: Int32 {
        switch self {
        case .system(let error, _), .badKey(let error, _): error.code
        default: 0
        }
    }
}

/// The daemon's exit codes (sysexits(3)).
enum DaemonExit {
    static let success: Int32 = 0
    /// Starting again does not help: the units do not (RestartPreventExitStatus).
    static let damaged: Int32 = 65
    static let unavailable: Int32 = 69
    static let system: Int32 = 71
    static let storage: Int32 = 74
    static let configuration: Int32 = 78
}
