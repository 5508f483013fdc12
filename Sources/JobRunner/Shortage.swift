import Glibc
import Jobs
import Kernel

/// Waits out that the daemon or the machine is short of something that the start of an attempt needs.
///
/// That is no fault of the job. A limit of the user's own processes looks the same to who forks, and is waited out too.
struct Shortage {
    private let end: BootTime
    private var pause = Duration.milliseconds(10)

    private static let longestPause = Duration.seconds(1)

    /// - Parameter patience: from the first failure to the one that is final.
    init(patience: Duration, now: BootTime) {
        end = now + patience
    }

    /// How long to wait before the next try; `nil` where none is to be made.
    mutating func pause(after failure: StartFailure, now: BootTime) -> Duration? {
        guard Self.isShortage(failure), now < end else { return nil }
        defer { pause = min(pause * 2, Self.longestPause) }
        return pause
    }

    /// Descriptors, processes, control groups or memory, in a step that the daemon takes itself.
    ///
    /// The same numbers from a step of the child are limits that the job asked for.
    private static func isShortage(_ failure: StartFailure) -> Bool {
        switch failure.step {
        case .account, .output, .input, .clone, .cgroup, .cgroupLimits, .secrets:
            [EMFILE, ENFILE, EAGAIN, ENOMEM].contains(failure.errno)
        case .session, .descriptors, .groups, .group, .user, .identityCheck, .directory, .signals, .execute, .limits,
            .priority, .ioPriority, .fileMask, .outOfMemoryScore, .keyring, .capabilities, .noNewPrivileges,
            .accountName, .accountLock, .accountExpiry, .rootRefusal, .unit:
            false
        }
    }
}
