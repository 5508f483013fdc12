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
        /// How much there is of each resource that jobs may need.
        public var resources: [String: Int] { answer.resources }
        /// All that it said, as JSON text.
        public var json: String { JSONValue.object(parameters).description }
    }
}
