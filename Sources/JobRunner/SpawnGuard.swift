import Jobs
import Threading

/// Kills starts of programs that do not get through.
///
/// Between taking on the job's user and executing the program the child is that user's to stop, and the directory, the
/// input and the program may be on a file system that does not answer. The thread that starts it sleeps as long as
/// that lasts, deaf to every request, so another one watches: SIGKILL ends a stopped child as well.
final class SpawnGuard: Sendable {
    static let standard = SpawnGuard(patience: .seconds(10))

    private struct Entry {
        let spawn: PendingSpawn
        var deadline: Deadline
        var isKilled = false
    }

    private struct State {
        var entries: [Entry] = []
        /// Until when the thread sleeps.
        var wakeUp = Deadline.never
        var thread: DaemonThread?

        /// A child that is not born yet is looked at again after the same time.
        mutating func killOverdue(next deadline: Deadline) {
            for index in entries.indices where entries[index].deadline.isPast {
                entries[index].isKilled = entries[index].spawn.kill()
                entries[index].deadline = entries[index].isKilled ? .never : deadline
            }
            wakeUp = entries.map(\.deadline).min() ?? .never
        }
    }

    /// Apart from the guard, so that its thread does not keep it alive.
    private final class Watch: Sendable {
        let state = Monitor(State())
        let changed = Condition()
        let patience: Duration

        init(patience: Duration) { self.patience = patience }

        func run() {
            while !DaemonThread.isStopRequested {
                let next = state.withLock { state in
                    state.killOverdue(next: .after(patience))
                    return state.wakeUp
                }
                _ = state.wait(on: changed, until: next) { $0.wakeUp == next ? nil : true }
            }
        }
    }

    private let watch: Watch

    /// - Parameter patience: how long a start may take.
    init(patience: Duration) { watch = Watch(patience: patience) }

    deinit { watch.state.withLock { $0.thread }?.requestStop() }

    /// Watches a start from now on; ``end(_:)`` must follow.
    ///
    /// Every start has the same time, so the thread is woken only if it waits for none.
    ///
    /// - Throws: the step `clone` where there is no room for the guard's thread.
    func begin(_ spawn: PendingSpawn) throws(StartFailure) {
        let deadline = Deadline.after(watch.patience)
        let isFirst = try watch.state.withLock { [watch] state throws(StartFailure) in
            if state.thread == nil { state.thread = try Self.startThread(watch) }
            state.entries.append(Entry(spawn: spawn, deadline: deadline))
            guard state.wakeUp == .never else { return false }
            state.wakeUp = deadline
            return true
        }
        if isFirst { watch.changed.signal() }
    }

    /// Watches it no longer: from now on its number may be closed.
    ///
    /// - Returns: whether its child was killed.
    func end(_ spawn: PendingSpawn) -> Bool {
        watch.state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.spawn === spawn }) else { return false }
            return state.entries.remove(at: index).isKilled
        }
    }

    private static func startThread(_ watch: Watch) throws(StartFailure) -> DaemonThread {
        do {
            return try DaemonThread(name: "spawn-guard") { watch.run() }
        } catch {
            throw StartFailure(step: .clone, errno: error.code)
        }
    }
}
