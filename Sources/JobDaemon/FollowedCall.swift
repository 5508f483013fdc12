import JobProtocol
import JobService
import Jobs
import Threading
import VarlinkServer

/// A call that is answered by many replies as jobs go on: what keeps it alive, and how it ends.
///
/// It is told of news of its jobs, runs its body on a thread that may read, and lets go of everything when the last
/// reply is out, the client goes, or the daemon stops.
final class FollowedCall: Sendable {
    private struct State {
        var pump: Pump?
        var watch: JobWatchers.Watch?
        var number: Int?
        var isFinished = false
    }

    let call: IncomingCall
    private let context: DaemonContext
    private let state = Monitor(State())

    init(_ call: IncomingCall, context: DaemonContext) {
        self.call = call
        self.context = context
    }

    /// Watches first, so that whoever looks then misses nothing in between.
    ///
    /// - Parameters:
    ///   - onNews: called where the news happens; it must not block.
    ///   - body: sends what there is; never runs twice at once.
    func begin(
        watching jobs: [JobID], onNews: @escaping JobWatchers.Callback, body: @escaping @Sendable () -> Void
    ) {
        state.withLock { $0.pump = Pump(on: context.readers, body) }
        let number = context.streams.insert { self.end(with: JobError.shuttingDown) }
        let watch = context.service.watchers.watch(jobs, onNews)
        let isFinished = state.withLock { state in
            state.watch = watch
            state.number = number
            return state.isFinished
        }
        // It may have ended before there was anything to let go of.
        if isFinished { finish() }
        call.onClose { self.finish() }
    }

    /// Has the body run soon.
    func kick() { state.withLock { $0.pump }?.kick() }

    /// Whether the client reads; if not, the body runs again when it does.
    func canSend() -> Bool {
        if call.canSend { return true }
        call.whenWritable { self.kick() }
        return false
    }

    func end(with error: any Error) {
        call.fail(with: error)
        finish()
    }

    /// Lets go of everything that keeps this call alive.
    func finish() {
        let held = state.withLock { state in
            defer { state = State(isFinished: true) }
            return state
        }
        if let watch = held.watch { context.service.watchers.stop(watch) }
        if let number = held.number { context.streams.remove(number) }
        held.pump?.stop()
    }
}
