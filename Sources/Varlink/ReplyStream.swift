/// The replies to one call made with `more`, as they come.
///
/// The client can do nothing else until the last has come; who loses interest before closes the client.
public final class ReplyStream {
    private let client: VarlinkClient
    private var isFinished = false

    init(client: VarlinkClient) {
        self.client = client
    }

    /// The next reply, or nil after the last, waiting for it at most for `timeout`.
    ///
    /// - Throws: ``VarlinkError`` if the call ended with that; ``VarlinkClientError`` if no reply came.
    public func next(within timeout: Duration? = nil) throws -> JSONObject? {
        guard !isFinished else { return nil }
        switch try client.receive(within: timeout) {
        case .continues(let parameters):
            return parameters
        case .final(let parameters):
            isFinished = true
            return parameters
        case .error(let error):
            isFinished = true
            throw error
        }
    }
}
