import Glibc
import JobClient
import JobProtocol
import Jobs
import Kernel

/// What can be seen without the daemon's help, and has to be seen where it does not answer: socket, service, clock.
struct LocalExamination {
    let socket: String
    /// What the daemon says of itself; `nil` where it does not answer.
    let status: StatusCall.Answer?
    /// Why it does not, in a sentence with what to do.
    let silence: Failure?

    var findings: [ExamineCall.Finding] { [daemon, socketFinding] + service + [clock] }

    private var daemon: ExamineCall.Finding {
        guard let status else {
            return .init(
                "daemon", .problem, silence?.sentence ?? "does not answer",
                advice: "see the findings below; jobctl needs a jobd that runs for everything else")
        }
        let words = "jobd \(status.version), process \(status.pid), as \(status.user)"
        guard status.version == Version.text else {
            return .init(
                "daemon", .warning, "\(words); this jobctl is \(Version.text)",
                advice: "let the new one run: systemctl restart \(status.unit ?? "jobd")")
        }
        if status.state == .draining { return .init("daemon", .note, "\(words), is about to stop and starts nothing") }
        guard let last = status.problems.last else { return .init("daemon", .ok, words) }
        return .init(
            "daemon", .note, "\(words); its last error: \(last.sentence) (\(TimeText.instant(last.at)))",
            advice: "jobctl daemon status has the last ones, journalctl -u \(status.unit ?? "jobd") -p err all")
    }

    private var socketFinding: ExamineCall.Finding {
        let owner: FileOwner
        do {
            owner = try FileOwner(of: socket)
        } catch {
            return .init(
                "socket", .problem, "there is no socket \(socket)", advice: "start jobd, or name another: --socket")
        }
        let account = try? Account.of(user: owner.user)
        let name = account?.name ?? "\(owner.user)"
        let mode = String(owner.mode, radix: 8)
        let words = "\(socket) belongs to \(name), mode \(mode)"
        guard access(socket, W_OK) == 0 else {
            return .init(
                "socket", .problem, "\(words): it is not for you",
                advice: "join the group that may submit (SocketGroup= of the socket unit, submit_group in jobd.toml)")
        }
        return .init("socket", .ok, words)
    }

    private var service: [ExamineCall.Finding] {
        // Nor is a socket elsewhere that of a unit.
        let isUsual = [SocketPath.system, SocketPath.service(of: getuid())].contains(socket)
        guard status.map({ $0.unit != nil }) ?? isUsual else { return [ServiceExamination.withoutManager] }
        let isUser = status.map { $0.mode == .user } ?? (socket != SocketPath.system)
        let units = candidates(isUser: isUser)
        let states = UnitState.of(units, isUser: isUser).filter { $0.isThere || $0.isMasked }
        let services = states.filter { $0.name.hasSuffix(".service") }
        // The one that is meant to run: of the two that exclude each other the one that is up, failed or enabled.
        guard
            let service = services.first(where: { $0.active == "active" })
                ?? services.first(where: { $0.active == "failed" })
                ?? services.first(where: { $0.enabled == "enabled" }) ?? services.first,
            let socket = states.first(where: { $0.name == Self.socket(of: service.name) })
        else { return [ServiceExamination.withoutManager] }
        let manager = UnitState.version() ?? "systemd"
        return ServiceExamination(service: service, socket: socket, manager: manager, isUser: isUser).findings
    }

    private func candidates(isUser: Bool) -> [String] {
        let services = (status?.unit).map { [$0] } ?? ["jobd.service"] + (isUser ? [] : ["jobd-unprivileged.service"])
        return services + services.map(Self.socket)
    }

    private static func socket(of service: String) -> String { service.dropLast(".service".count) + ".socket" }

    private var clock: ExamineCall.Finding {
        let start = Timestamp(nanoseconds: ClockState.bootTime * 1_000_000_000)
        let boot = "the machine started at \(TimeText.instant(start))"
        switch ClockState.isSynchronised {
        case true?: return .init("clock", .ok, "it is kept in step; \(boot)")
        case nil: return .init("clock", .note, "whether it is kept in step cannot be told here; \(boot)")
        case false?:
            return .init(
                "clock", .note, "nobody keeps it in step, and due times go by it; \(boot)",
                advice: "timedatectl set-ntp true")
        }
    }
}
