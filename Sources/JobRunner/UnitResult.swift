import Glibc
import Jobs
import Systemd

/// What systemd recorded of a unit that has ended.
struct UnitResult: Hashable {
    /// In systemd's words: `success`, `exit-code`, `signal`, `core-dump`, `oom-kill`, `timeout` and others.
    var result: String
    /// The kind of end: CLD_EXITED, CLD_KILLED or CLD_DUMPED of waitid(2); 0 where nothing ran.
    var code: Int32
    /// The exit code or signal.
    var status: Int32

    /// How the attempt ended, where nobody asked it to.
    ///
    /// - Parameter failure: says, for a step of the start that has this exit code, the error number with which it
    ///   failed; `nil` where the program itself ended with the code.
    func outcome(failure: (StartStep) -> Int32?) -> Outcome {
        switch result {
        case "oom-kill": return .outOfMemory
        // RuntimeMaxSec=; a start that takes too long kills no program.
        case "timeout" where Int(code) != 0: return .timedOut
        default: break
        }
        switch Int(code) {
        case CLD_EXITED:
            guard let step = Self.steps[status], let errno = failure(step) else { return .exited(code: status) }
            return .couldNotStart(step: step, errno: errno)
        case CLD_KILLED, CLD_DUMPED: return .signalled(status)
        // No process was made.
        default: return .couldNotStart(step: .unit, errno: ECANCELED)
        }
    }

    /// The exit codes by which systemd says what kept it from executing the program (systemd.exec(5), "Process Exit
    /// Codes").
    private static let steps: [Int32: StartStep] = {
        var steps: [Int32: StartStep] = [
            200: .directory, 201: .priority, 202: .descriptors, 203: .execute, 204: .clone, 205: .limits,
            206: .outOfMemoryScore, 207: .signals, 208: .input, 209: .output, 210: .directory, 211: .ioPriority,
            213: .capabilities, 214: .priority, 216: .group, 217: .user, 218: .capabilities, 219: .cgroup,
            220: .session, 222: .output, 227: .noNewPrivileges, 237: .keyring, 243: .secrets,
        ]
        // What only a unit has: namespaces, filters, directories, security modules.
        for status: Int32 in 200...245 where steps[status] == nil { steps[status] = .unit }
        return steps
    }()
}

extension UnitResult {
    /// Reads it from the manager.
    init(of unit: String, from manager: SystemdConnection) throws(BusError) {
        result = try manager.serviceProperty("Result", of: unit).text ?? ""
        code = Int32(clamping: try manager.serviceProperty("ExecMainCode", of: unit).unsigned ?? 0)
        status = Int32(clamping: try manager.serviceProperty("ExecMainStatus", of: unit).unsigned ?? 0)
    }
}
