/// How much a server takes from its clients, so that none can exhaust it.
package struct ServerLimits: Sendable {
    /// Connections at a time.
    ///
    /// The number is that of systemd's servers.
    package var connections = 4096
    /// Connections of one user at a time.
    ///
    /// The number is that of systemd's servers.
    package var connectionsPerUser = 1024
    /// Bytes of one message, in either direction.
    package var messageBytes = 16 << 20
    /// Bytes of one user's messages, on all connections, that have arrived but cannot be taken yet, mostly because
    /// their ends are missing.
    ///
    /// The connection that goes over is closed.
    package var unreadBytesPerUser = 64 << 20
    /// Calls of one connection that have arrived and are not answered; further ones stay in the socket.
    package var callsInFlight = 1024
    /// Bytes of those calls; at this many, further ones stay in the socket.
    package var callBytesInFlight = 1 << 20
    /// Bytes waiting for a slow reader at which no new call of its connection starts and streams pause.
    package var pauseAtOutboundBytes = 256 << 10
    /// Bytes waiting for a slow reader at which its connection is closed.
    package var closeAtOutboundBytes = 64 << 20
    /// Bytes waiting for one user's slow readers, on all connections.
    ///
    /// The connection that goes over is closed.
    package var unsentBytesPerUser = 128 << 20
    /// Connections that may wait to be accepted (the kernel's bound is `net.core.somaxconn`).
    package var backlog: Int32 = 512

    /// The usual limits.
    package init() {}
}
