import Jobs
import Kernel

/// The variables a job starts with: made from nothing, never inherited.
struct JobEnvironment {
    private var variables: [String: String]

    init(order: AttemptOrder, identity: Identity, store identityOfStore: String, credentials: String? = nil) {
        let account = identity.account
        variables = [
            "HOME": account.home,
            "USER": account.name,
            "LOGNAME": account.name,
            "SHELL": account.shell.isEmpty ? "/bin/sh" : account.shell,
            "PATH": account.user == 0 ? Self.pathOfRoot : Self.pathOfUsers,
            "LANG": "C.UTF-8",
        ]
        variables.merge(order.command.environment) { $1 }
        // Last, because a job cannot be another than it is.
        variables["JOBD_ID"] = "\(order.id.job)"
        variables["JOBD_ATTEMPT"] = "\(order.id.number)"
        variables["JOBD_QUEUE"] = order.queue.text
        variables["JOBD_STORE"] = identityOfStore
        if let credentials { variables["CREDENTIALS_DIRECTORY"] = credentials }
    }

    private static let pathOfUsers = "/usr/local/bin:/usr/bin:/bin"
    private static let pathOfRoot = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `NAME=VALUE`, sorted.
    var entries: [String] { variables.map { "\($0.key)=\($0.value)" }.sorted() }

    /// The files to try for a program: itself where its name has a slash, else one in each folder of PATH.
    func executables(for program: String) -> [String] {
        if program.contains("/") { return [program] }
        return (variables["PATH"] ?? Self.pathOfUsers)
            .split(separator: ":", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? program : "\($0)/\(program)" }
    }
}
