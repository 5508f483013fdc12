import JobProtocol
import Kernel
import VarlinkServer

/// Handles `io.jobd.Daemon.Examine`.
struct ExamineMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            try ExamineCall.check(call.parameters)
            let examination = Examination(
                facts: context.facts, abilities: context.configuration.abilities, isRoot: context.facts.user == 0,
                hasNoNewPrivileges: try OwnProcess.hasNoNewPrivileges())
            let condition = try DaemonCondition.now(of: context, for: requester)
            return ExamineCall.Answer(findings: condition.findings + examination.findings).parameters
        }
    }
}
