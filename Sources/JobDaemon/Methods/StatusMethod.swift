import Glibc
import JobProtocol
import JobService
import Jobs
import Threading
import VarlinkServer

/// Handles `io.jobd.Daemon.Status`.
struct StatusMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            try StatusCall.check(call.parameters)
            let facts = context.facts
            return StatusCall.Answer(
                version: Version.text, pid: Int(getpid()), state: context.isDraining.isSet ? .draining : .running,
                mode: facts.mode, unit: facts.unit, started: facts.started, user: context.names.name(of: facts.user),
                stateDirectory: facts.stateDirectory,
                configuration: context.configuration.file, containment: facts.containment,
                queues: try context.queues(), resources: context.service.resources,
                usage: try context.instruments.usage.read(keepFree: context.instruments.keepFree),
                problems: requester.isAdministrator ? context.instruments.problems.all : []
            ).parameters
        }
    }
}
