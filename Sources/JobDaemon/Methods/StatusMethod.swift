import Glibc
import JobProtocol
import JobService
import JobStore
import Jobs
import Threading
import VarlinkServer

/// Handles `io.jobd.Daemon.Status`.
struct StatusMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] _ in
            try StatusCall.check(call.parameters)
            let counts = try context.service.counts()
            let configured = context.service.queues.map { settings in
                QueueView(
                    name: settings.name.text, workers: settings.workers, timeout: settings.timeout,
                    counts: counts.queues[settings.name] ?? [:])
            }
            // A queue that is no longer configured has no workers, and perhaps jobs.
            let others = Set(counts.queues.keys).subtracting(context.service.queues.map(\.name)).map { name in
                QueueView(name: name.text, workers: 0, timeout: nil, counts: counts.queues[name] ?? [:])
            }
            let queues = (configured + others).sorted { $0.name < $1.name }
            let facts = context.facts
            return StatusCall.Answer(
                version: Version.text, pid: Int(getpid()), state: context.isDraining.isSet ? .draining : .running,
                started: facts.started, user: context.names.name(of: facts.user), stateDirectory: facts.stateDirectory,
                configuration: facts.configuration, containment: facts.containment, queues: queues
            ).parameters
        }
    }
}
