import JobProtocol
import Kernel
import VarlinkServer

/// Handles `io.jobd.Daemon.Examine`.
struct ExamineMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] _ in
            try ExamineCall.check(call.parameters)
            let examination = Examination(
                facts: context.facts, abilities: context.configuration.abilities, isRoot: context.facts.user == 0,
                hasNoNewPrivileges: try Self.hasNoNewPrivileges())
            return ExamineCall.Answer(findings: examination.findings).parameters
        }
    }

    /// proc(5).
    private static func hasNoNewPrivileges() throws -> Bool {
        let status = String(decoding: try FileContent.read("/proc/self/status"), as: UTF8.self)
        return status.split(separator: "\n").contains("NoNewPrivs:\t1")
    }
}
