internal import Threading
internal import Varlink

extension JobClient {
    /// Ends, from any thread, whatever a client and its streams wait for: they throw
    /// ``JobClientError/interrupted``, then and from then on.
    public final class Interrupter: Sendable {
        private struct State {
            var lastNumber = 0
            var closers: [Int: ConnectionCloser] = [:]
        }

        private let interrupted = Event()
        private let connections = Monitor(State())

        init() {}

        /// Interrupts the client, for good.
        public func interrupt() {
            interrupted.set()
            let closers = connections.withLock { Array($0.closers.values) }
            for closer in closers { closer.close() }
        }

        var isInterrupted: Bool { interrupted.isSet }

        /// Lets time pass; at once over when interrupted.
        func pause(until deadline: Deadline) { interrupted.wait(until: deadline) }

        /// Remembers a connection until `forget`.
        func watch(_ closer: ConnectionCloser) -> Int {
            let number = connections.withLock { state in
                state.lastNumber += 1
                state.closers[state.lastNumber] = closer
                return state.lastNumber
            }
            // It may have come between the connection's birth and now.
            if isInterrupted { closer.close() }
            return number
        }

        func forget(_ number: Int) {
            connections.withLock { _ = $0.closers.removeValue(forKey: number) }
        }
    }
}
