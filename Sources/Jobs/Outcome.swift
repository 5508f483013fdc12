/// How an attempt ended.
package enum Outcome: Hashable, Sendable {
    /// The program ended by itself; 0 is success.
    case exited(code: Int32)
    /// A signal that we did not send ended it.
    case signalled(Int32)
    /// It ran longer than it may, and we stopped it.
    case timedOut
    /// Somebody asked, and we stopped it.
    case cancelled
    /// Nothing ran: the step of starting it that failed, and the system's error number.
    case couldNotStart(step: StartStep, errno: Int32)
    /// We stopped it in order to shut down.
    case interrupted
    /// The kernel ended it because it used more memory than it may, or than there was.
    case outOfMemory
    /// We did not see its end: the daemon or the machine went away in between.
    case lost

    package var isSuccess: Bool { self == .exited(code: 0) }
}

/// A step on the way to a running program.
///
/// The numbers are stored: append only.
package enum StartStep: Int32, Hashable, Sendable, CaseIterable {
    case account = 100
    case output = 101
    case clone = 1
    case cgroup = 2
    case session = 3
    case descriptors = 4
    case groups = 5
    case group = 6
    case user = 7
    case identityCheck = 8
    case directory = 9
    case signals = 10
    case execute = 11
    case limits = 12
    case priority = 13
    case ioPriority = 14
    case fileMask = 15
    case outOfMemoryScore = 16
    case keyring = 17
    case capabilities = 18
    case input = 19
    case noNewPrivileges = 20
    case cgroupLimits = 21
    case accountName = 22
    case accountLock = 23
    case accountExpiry = 24
    case rootRefusal = 25
    case secrets = 26
    case unit = 27

    /// What was being done, for messages.
    package var sentence: String {
        switch self {
        case .account: "look up the account"
        case .output: "prepare the output"
        case .clone: "create the process"
        case .cgroup: "enter the job's cgroup"
        case .session: "begin a session"
        case .descriptors: "set up stdin, stdout and stderr"
        case .groups: "take on the user's groups"
        case .group: "take on the user's group"
        case .user: "take on the user's identity"
        case .identityCheck: "verify the user's identity"
        case .directory: "enter the working directory"
        case .signals: "reset the signals"
        case .execute: "execute the program"
        case .limits: "set the limits"
        case .priority: "set the priority"
        case .ioPriority: "set the I/O priority"
        case .fileMask: "set the umask"
        case .outOfMemoryScore: "set the out-of-memory score"
        case .keyring: "begin a keyring of its own"
        case .capabilities: "drop the capabilities"
        case .input: "open the input"
        case .noNewPrivileges: "give up gaining privileges"
        case .cgroupLimits: "set the limits of the job's cgroup"
        case .accountName: "use an account that another user had at the submit"
        case .accountLock: "use a locked account"
        case .accountExpiry: "use an expired account"
        case .rootRefusal: "run a job as root, which the configuration does not allow"
        case .secrets: "lay out the secrets"
        case .unit: "start the transient unit"
        }
    }
}
