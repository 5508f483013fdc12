internal import Kernel

/// Closes a client's connection from any thread: the client's thread, if it waits, wakes with
/// ``VarlinkClientError/connectionLost(code:)``, and the service sees the client go.
public final class ConnectionCloser: Sendable {
    /// Shut down rather than closed here: the number must stay taken as long as another thread may use it.
    let stream: UnixStream

    init(_ stream: consuming UnixStream) {
        self.stream = stream
    }

    /// Ends the connection.
    ///
    /// Harmless if it has ended already.
    public func close() {
        stream.shutDown()
    }
}
