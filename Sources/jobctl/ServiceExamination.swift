import JobProtocol

/// Looks at jobd as the service manager knows it: whether it is up, comes back, and is what is installed.
struct ServiceExamination {
    /// The units that could be meant: the service, then its socket.
    let service: UnitState
    let socket: UnitState
    let manager: String
    let isUser: Bool

    /// What is said where no service manager has a unit for it.
    static let withoutManager = ExamineCall.Finding(
        "service", .note, "no service manager runs jobd: nobody starts it again when it ends",
        advice: "under systemd: systemctl enable --now jobd.socket jobd.service")

    var findings: [ExamineCall.Finding] { [serviceFinding, socketFinding] }

    private var systemctl: String { isUser ? "systemctl --user" : "systemctl" }
    private var journalctl: String { "journalctl \(isUser ? "--user " : "")-u \(service.name)" }

    private var serviceFinding: ExamineCall.Finding {
        let dropIns = service.dropIns.isEmpty ? "" : ", with \(service.dropIns.joined(separator: " "))"
        let words = "\(service.name) is \(service.active) and \(service.enabled), by \(manager)\(dropIns)"
        if service.active == "failed" { return failure(words) }
        if service.isMasked || service.active != "active" {
            return .init(
                "service", .warning, words,
                advice: service.isMasked
                    ? "\(systemctl) unmask \(service.name)" : "\(systemctl) start \(socket.name) \(service.name)")
        }
        if service.isStale {
            return .init(
                "service", .warning, "\(words); its files have changed since systemd read them",
                advice: "\(systemctl) daemon-reload, and \(systemctl) restart \(service.name) for it to hold")
        }
        // Its socket starts it with the first client; what waits in the store would wait until then.
        if service.enabled != "enabled" {
            return .init(
                "service", .note, "\(words): after a boot it starts with the first client, and what waits until then",
                advice: "\(systemctl) enable \(service.name)")
        }
        return .init("service", .ok, words)
    }

    private func failure(_ words: String) -> ExamineCall.Finding {
        let status = service.exitStatus.map { $0 == 0 ? "" : ", status \($0)" } ?? ""
        let advice =
            switch service.exitStatus {
            case 78: "mend the configuration (jobd --check-config), then \(systemctl) restart \(service.name)"
            case 65: "its store is damaged: \(journalctl) says what to do"
            // systemd does not say whether it was started too often: then it would not start it without that.
            default: "\(journalctl) says why; then \(startAnew)"
            }
        return .init("service", .problem, "\(words): \(service.result)\(status)", advice: advice)
    }

    private var startAnew: String {
        "\(systemctl) reset-failed \(service.name) \(socket.name), and \(systemctl) start \(socket.name) \(service.name)"
    }

    private var socketFinding: ExamineCall.Finding {
        let words = "\(socket.name) is \(socket.active) and \(socket.enabled)"
        if socket.active == "failed" {
            return .init("socket unit", .problem, "\(words): nobody can connect", advice: startAnew)
        }
        guard socket.active == "active" else {
            return .init(
                "socket unit", .warning, "\(words): clients are refused while jobd restarts",
                advice:
                    "\(systemctl) stop \(service.name), then \(systemctl) enable --now \(socket.name) \(service.name)")
        }
        guard socket.enabled == "enabled" else {
            return .init(
                "socket unit", .warning, "\(words): it is not there after a boot",
                advice: "\(systemctl) enable \(socket.name)")
        }
        return .init("socket unit", .ok, words)
    }
}
