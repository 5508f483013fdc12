import Glibc
import Kernel
import Threading

/// Answers `GET /metrics` for programs on this machine, on a thread of its own.
///
/// A few connections at a time, each with little time: who is slow keeps nobody out for long.
final class MetricsServer: Sendable {
    private let address: MetricsAddress
    private let listener: Descriptor
    private let report: @Sendable () throws -> String
    private let wake: WakeSignal
    private let thread = Monitor<DaemonThread?>(nil)

    /// Connections at a time; others wait in the kernel.
    static let mostConnections = 16

    /// Listens, and answers from ``start()`` on.
    ///
    /// - Parameters:
    ///   - mode: who may connect to a socket at a path.
    ///   - report: makes the text of the metrics.
    init(
        _ address: MetricsAddress, mode: UInt32, report: @escaping @Sendable () throws -> String
    ) throws(SystemError) {
        self.address = address
        self.report = report
        wake = try WakeSignal()
        listener = try address.bind(mode: mode)
    }

    /// Starts the thread.
    func start() throws(ThreadError) {
        let started = try DaemonThread(name: "metrics") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Ends the thread, its connections, and the file of the socket.
    func stop() {
        wake.raise()
        thread.withLock { $0 }?.join()
        if case .path(let path) = address { unlink(path) }
    }

    private func run() {
        var connections = ConnectionList()
        while true {
            var poller = Poller()
            poller.add(wake.rawValue, for: .reading)
            // Not asked where there is no room: the kernel keeps them.
            if connections.count < Self.mostConnections { poller.add(listener.rawValue, for: .reading) }
            let first = connections.count < Self.mostConnections ? 2 : 1
            connections.watch(&poller)
            guard (try? poller.wait(until: connections.deadline)) != nil else { return }
            if poller.isReady(at: 0) { return }
            connections.advance(poller, from: first, report)
            guard first == 2, poller.isReady(at: 1) else { continue }
            do throws(SystemError) {
                if let socket = try LocalListener.accept(on: listener) { connections.add(MetricsConnection(socket)) }
            } catch {
                // Out of descriptors: the kernel would report the waiting client for ever.
                var pause = Poller()
                pause.add(wake.rawValue, for: .reading)
                _ = try? pause.wait(until: .now + .milliseconds(100))
            }
        }
    }
}

/// The connections of a server, which only its thread sees.
private struct ConnectionList: ~Copyable {
    private var first: Node?
    private(set) var count = 0

    /// A connection in a list, because arrays cannot hold it.
    private final class Node {
        var connection: MetricsConnection
        var next: Node?

        init(_ connection: consuming MetricsConnection) { self.connection = connection }
    }

    mutating func add(_ connection: consuming MetricsConnection) {
        let node = Node(connection)
        node.next = first
        first = node
        count += 1
    }

    var deadline: BootTime? {
        var earliest: BootTime?
        var node = first
        while let current = node {
            earliest = min(earliest ?? current.connection.end, current.connection.end)
            node = current.next
        }
        return earliest
    }

    func watch(_ poller: inout Poller) {
        var node = first
        while let current = node {
            poller.add(current.connection.descriptor, for: current.connection.interest)
            node = current.next
        }
    }

    /// Does what can be done, and forgets those that are over.
    mutating func advance(_ poller: Poller, from index: Int, _ report: () throws -> String) {
        var index = index
        var node = first
        var last: Node?
        while let current = node {
            if poller.isReady(at: index) {
                current.connection.advance(report)
            } else {
                current.connection.expire()
            }
            index += 1
            node = current.next
            if current.connection.isOver {
                if let last { last.next = current.next } else { first = current.next }
                count -= 1
            } else {
                last = current
            }
        }
    }
}
