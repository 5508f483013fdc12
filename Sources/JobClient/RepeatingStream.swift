internal import Threading
internal import Varlink

/// The replies to a call with `more`, which is made again where its connection broke off.
final class RepeatingStream {
    private let socket: String
    private let interrupter: JobClient.Interrupter
    private var patience: Patience
    private var connection: Connection?
    private var replies: ReplyStream?
    private var wasReached = false

    init(socket: String, patience: Duration, interrupter: JobClient.Interrupter) {
        self.socket = socket
        self.interrupter = interrupter
        self.patience = Patience(patience, interrupter)
    }

    /// The next reply.
    ///
    /// - Parameter call: what to ask for where there is no connection, or not any more.
    func next(of call: Call, within timeout: Duration?) throws(JobClientError) -> JSONObject {
        let deadline = timeout.map { Deadline.after($0) } ?? .never
        while true {
            do {
                let reply = try receive(call, until: deadline)
                patience.reset()
                return reply
            } catch {
                let error = JobClientError(error)
                if interrupter.isInterrupted { throw .interrupted }
                guard error != .timedOut else { throw error }
                (connection, replies) = (nil, nil)
                guard error.isPassing(wasReached: wasReached) else { throw error }
                guard !deadline.isPast else { throw .timedOut }
                guard patience.pauseAfterFailure() else { throw interrupter.isInterrupted ? .interrupted : error }
            }
        }
    }

    private func receive(_ call: Call, until deadline: Deadline) throws -> JSONObject {
        if replies == nil {
            let connection = try Connection(to: socket, interrupter: interrupter)
            wasReached = true
            self.connection = connection
            replies = try connection.varlink.callMore(call.method, call.parameters)
        }
        guard let reply = try replies?.next(within: deadline.remaining) else {
            throw JobClientError.brokenReply("the stream ended before all was said")
        }
        return reply
    }
}
