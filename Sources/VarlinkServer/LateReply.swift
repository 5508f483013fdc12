package import Kernel
package import Varlink

/// Answers a call on a connection that was taken out of a server (``IncomingCall/takeConnection(_:)``).
package enum LateReply {
    /// Sends the last reply to the call, and closes the connection.
    ///
    /// A client that has gone, or that does not read, gets none.
    package static func send(_ reply: Reply, on connection: consuming Descriptor) {
        var bytes: [UInt8] = []
        reply.serialize(into: &bytes)
        // The connection does not wait, and a short reply has room in it.
        try? connection.write(all: bytes)
    }
}
