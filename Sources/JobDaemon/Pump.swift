import Threading

/// Runs a body on a pool's threads, never twice at once, and once more when it was asked for meanwhile.
///
/// It is how a stream produces replies: news, a reader that caught up and the start all just call `kick`.
final class Pump: Sendable {
    private enum State {
        case idle
        case running
        case runningAndKicked
        case stopped
    }

    private let state = Monitor(State.idle)
    private let pool: ThreadPoolExecutor
    private let body: @Sendable () -> Void

    init(on pool: ThreadPoolExecutor, _ body: @escaping @Sendable () -> Void) {
        self.pool = pool
        self.body = body
    }

    /// Runs the body soon; from any thread.
    func kick() {
        let mustStart = state.withLock { state -> Bool in
            switch state {
            case .idle:
                state = .running
                return true
            case .running:
                state = .runningAndKicked
                return false
            case .runningAndKicked, .stopped:
                return false
            }
        }
        if mustStart { start() }
    }

    /// Does not run the body again.
    func stop() { state.withLock { $0 = .stopped } }

    private func start() {
        do {
            try pool.submit { [self] in
                body()
                if hasBeenKicked() { start() }
            }
        } catch {
            // The pool was shut down: the daemon ends, and the stream is closed with its connection.
            stop()
        }
    }

    private func hasBeenKicked() -> Bool {
        state.withLock { state in
            switch state {
            case .idle, .running:
                state = .idle
                return false
            case .runningAndKicked:
                state = .running
                return true
            case .stopped:
                return false
            }
        }
    }
}
