package import JobProtocol
package import Varlink

extension JobClient {
    /// How the daemon is.
    public struct DaemonStatus: Sendable {
        package let answer: StatusCall.Answer
        package let parameters: JSONObject

        /// Its version.
        public var version: String { answer.version }
        /// Its process.
        public var pid: Int { answer.pid }
        /// Whether it starts nothing more because it is about to stop.
        public var isDraining: Bool { answer.state == .draining }
        /// Its queues.
        public var queues: [Queue] { answer.queues.map(Queue.init) }
        /// All that it said, as JSON text.
        public var json: String { JSONValue.object(parameters).description }
    }

    /// A queue, and how many of its jobs are in which state.
    public struct Queue: Sendable {
        private let view: QueueView

        init(_ view: QueueView) {
            self.view = view
        }

        /// Its name.
        public var name: String { view.name }
        /// How many jobs it runs at a time.
        public var workers: Int { view.workers }

        /// How long an attempt of its jobs may take, unless the job says otherwise; nil is for ever.
        public var timeout: Duration? { view.timeout }

        /// How many of its jobs, whosever they are, are in that state.
        public func count(_ state: State) -> Int { view.counts[state.name] ?? 0 }
    }
}
