import Kernel
import NIOCore

/// All connections of a server, and how many each user has.
///
/// It lives on the I/O thread.
final class Connections {
    private let limits: ServerLimits
    private let count: ConnectionCount
    private var sessions: [ObjectIdentifier: Session] = [:]
    private var users: [UInt32: Share] = [:]
    /// To be kept when the last connection has gone; there while the server stops.
    private var whenEmpty: EventLoopPromise<Void>?

    /// What one user takes up.
    private struct Share {
        var connections = 0
        var unreadBytes = 0
        var unsentBytes = 0
    }

    init(limits: ServerLimits, count: ConnectionCount) {
        self.limits = limits
        self.count = count
    }

    /// Whether another connection of this user may be had.
    func hasRoom(for user: UInt32) -> Bool {
        whenEmpty == nil && sessions.count < limits.connections
            && users[user, default: Share()].connections < limits.connectionsPerUser
    }

    /// Counts a new connection.
    func add(_ session: Session) {
        sessions[ObjectIdentifier(session)] = session
        users[session.peer.user, default: Share()].connections += 1
        count.change(by: 1)
    }

    /// Forgets a connection that has ended, with the bytes that it had unread and unsent.
    func remove(_ session: Session, unreadBytes: Int, unsentBytes: Int) {
        guard sessions.removeValue(forKey: ObjectIdentifier(session)) != nil else { return }
        count.change(by: -1)
        let user = session.peer.user
        users[user]?.connections -= 1
        users[user]?.unreadBytes -= unreadBytes
        users[user]?.unsentBytes -= unsentBytes
        if users[user]?.connections == 0 { users[user] = nil }
        if sessions.isEmpty { whenEmpty?.succeed() }
    }

    /// Counts unread bytes.
    ///
    /// - Returns: whether the user may have that many.
    func countUnread(_ change: Int, of user: UInt32) -> Bool {
        users[user, default: Share()].unreadBytes += change
        return change <= 0 || users[user, default: Share()].unreadBytes <= limits.unreadBytesPerUser
    }

    /// Counts bytes that wait for a slow reader.
    ///
    /// - Returns: whether the user may have that many.
    func countUnsent(_ change: Int, of user: UInt32) -> Bool {
        users[user, default: Share()].unsentBytes += change
        return change <= 0 || users[user, default: Share()].unsentBytes <= limits.unsentBytesPerUser
    }

    /// Ends all connections, each when what runs on it is answered and sent.
    ///
    /// - Parameter promise: is kept when the last has gone.
    func stop(_ promise: EventLoopPromise<Void>) {
        whenEmpty = promise
        guard !sessions.isEmpty else { return promise.succeed() }
        for session in sessions.values { session.stop() }
    }

    /// Ends all connections that are left, at once.
    func closeAll() {
        for session in sessions.values { session.close() }
    }
}
