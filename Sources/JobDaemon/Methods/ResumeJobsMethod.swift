import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Resume`.
struct ResumeJobsMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .resume) { parameters in (try ResumeJobsCall(parameters).ids, .freeze(false)) }
    }
}
