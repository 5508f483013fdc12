/// The daemon's life after it is ready: what each event calls for.
struct DaemonLifecycle {
    private enum State {
        case running
        case draining(isHurried: Bool)
        case failing
        case stopped
    }

    /// What may happen.
    enum Event: Hashable, Sendable {
        /// Somebody wants it to stop: a service manager, or a person at the terminal.
        case stopRequested
        /// Somebody wants the configuration to be read again, by a signal.
        case reloadRequested
        /// Somebody wants it to become the program that lies in its place now.
        case reexecRequested
        /// No attempt runs any more, and all outcomes are stored.
        case drained
        /// Storage failed.
        case storageFailed(String)
        /// A page of the store is not what was written.
        case storeDamaged(String)
        /// A socket cannot be listened on any more.
        case listenerLost(String)
    }

    /// What to do then.
    enum Action: Hashable, Sendable {
        case none
        /// Read the configuration again.
        case reload
        /// Let go of everything, and become another program.
        case reexec
        /// Say that this cannot be now.
        case refuseReexec
        /// Start nothing more, and wait for what runs.
        case drain
        /// Do not wait any longer.
        case hurry
        /// End what runs without recording it, and exit with this code.
        case abandon(exitCode: Int32)
        /// Close everything and exit with this code.
        case exit(code: Int32)
    }

    private var state = State.running
    private var exitCode = DaemonExit.success

    var isDraining: Bool {
        if case .draining = state { true } else { false }
    }

    mutating func apply(_ event: Event) -> Action {
        switch (state, event) {
        case (.running, .stopRequested):
            state = .draining(isHurried: false)
            return .drain
        case (.running, .reloadRequested):
            return .reload
        case (.running, .reexecRequested):
            return .reexec
        case (_, .reexecRequested):
            return .refuseReexec
        case (.running, .listenerLost):
            // Nobody can reach it any more; a restart makes the socket anew, and loses nothing.
            exitCode = DaemonExit.system
            state = .draining(isHurried: false)
            return .drain
        case (.draining(isHurried: false), .stopRequested):
            state = .draining(isHurried: true)
            return .hurry
        case (.draining, .drained):
            state = .stopped
            return .exit(code: exitCode)
        case (.running, .storageFailed), (.draining, .storageFailed):
            state = .failing
            return .abandon(exitCode: DaemonExit.storage)
        case (.running, .storeDamaged), (.draining, .storeDamaged):
            state = .failing
            return .abandon(exitCode: DaemonExit.damaged)
        case (.running, .drained), (.draining, .reloadRequested), (.draining, .listenerLost),
            (.draining(isHurried: true), .stopRequested),
            (.failing, _), (.stopped, _):
            return .none
        }
    }
}
