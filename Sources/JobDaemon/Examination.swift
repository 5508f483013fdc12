import JobProtocol
import JobService
import Jobs
import Kernel

/// Looks at what the daemon found where it runs: what jobs have there, and what they lack.
struct Examination {
    let facts: DaemonFacts
    let abilities: Abilities
    let isRoot: Bool
    /// Whether the daemon itself can gain no privileges, and so nothing that it starts.
    let hasNoNewPrivileges: Bool

    var findings: [ExamineCall.Finding] {
        [identity, containment] + ResourceLimits.Name.allCases.map(limit) + [units, privileges]
    }

    private var identity: ExamineCall.Finding {
        guard isRoot else {
            let sentence =
                facts.mode == .unprivileged
                ? "jobd runs without privileges: all jobs run as its own user, whoever submits them, and can reach its store"
                : "jobd is no root: it runs all jobs as the user it runs as itself"
            return .init("identity", .ok, sentence)
        }
        return .init("identity", .ok, "jobd is root: each job runs as the user who submitted it")
    }

    private var containment: ExamineCall.Finding {
        guard facts.hasCgroups else {
            return .init(
                "containment", .warning,
                "\(facts.containment): a process that moves to a session of its own and outlives its parents is found by its environment, which it can hide",
                advice: "let systemd run jobd with Delegate=yes, as the shipped unit does")
        }
        return .init("containment", .ok, "\(facts.containment): the kernel proves that nothing of a job is left")
    }

    private func limit(_ name: ResourceLimits.Name) -> ExamineCall.Finding {
        let subject = "limit \(name.rawValue)"
        let advice =
            "let systemd run jobd with Delegate=yes, on a machine whose cgroup v2 has the controller \(name.controller) (cgroup.controllers)"
        switch abilities.enforcement(of: name) {
        case .full: return .init(subject, .ok, "held for all processes of a job together")
        case .approximate where name == .memory:
            return .init(subject, .note, "held for each process of a job by itself (RLIMIT_AS)", advice: advice)
        case .approximate:
            return .init(
                subject, .note, "held for all processes of the job's user, and not for root (RLIMIT_NPROC)",
                advice: advice)
        case .none:
            return .init(subject, .note, "cannot be held: a job that asks for it is refused", advice: advice)
        }
    }

    private var units: ExamineCall.Finding {
        switch abilities.units {
        case .available: .init("units", .ok, "jobs can run as transient units of systemd")
        case .noSystemd:
            .init(
                "units", .note, "jobs cannot run as transient units: no systemd answers on the bus",
                advice: "jobs with isolation unit need a machine that systemd has booted")
        case .forbidden: .init("units", .ok, "no job runs as a transient unit, as the configuration says")
        }
    }

    private var privileges: ExamineCall.Finding {
        guard hasNoNewPrivileges else {
            return .init("sudo", .ok, "works in the jobs of queues with gain_privileges = true")
        }
        return .init(
            "sudo", .note, "works in no job: jobd itself was started with no_new_privs",
            advice: "take NoNewPrivileges= out of jobd's unit where jobs need it")
    }
}
