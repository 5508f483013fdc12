import Glibc
import Kernel
import Logging
import Threading

/// The server of metrics that the configuration asks for, if it does.
final class MetricsEndpoint: Sendable {
    private let report: @Sendable () throws -> String
    private let mode: UInt32
    private let current = Monitor(Current())

    private struct Current {
        /// What is asked for.
        var address: MetricsAddress?
        /// `nil` also where it could not be had.
        var server: MetricsServer?
        var problem: String?
    }

    /// - Parameters:
    ///   - isRoot: everybody may fetch root's metrics from a socket at a path, nobody else another user's.
    ///   - report: makes the text of the metrics.
    init(isRoot: Bool, report: @escaping @Sendable () throws -> String) {
        mode = isRoot ? 0o666 : 0o600
        self.report = report
    }

    /// Why metrics cannot be fetched where the configuration says; `nil` where they can, or need not.
    var problem: String? { current.withLock { $0.problem } }

    /// Where they are fetched.
    var address: MetricsAddress? { current.withLock { $0.address } }

    /// Listens at an address, beside the one that it has.
    ///
    /// - Returns: what makes the change; without that nothing has changed.
    func prepare(_ address: MetricsAddress?) throws(DaemonFailure) -> () -> Void {
        if current.withLock({ $0.address == address && $0.problem == nil }) { return {} }
        guard let address else { return { [self] in take(nil, nil) } }
        let server = try start(address)
        return { [self] in take(address, server) }
    }

    /// Listens at an address from the start on; where that cannot be had it is said, and jobs run all the same.
    func start(_ address: MetricsAddress?, logger: Logger) {
        do throws(DaemonFailure) {
            try prepare(address)()
        } catch {
            logger.error("\(error)")
            current.withLock { ($0.address, $0.problem) = (address, "\(error)") }
        }
    }

    /// Ends it.
    func stop() { take(nil, nil) }

    private func start(_ address: MetricsAddress) throws(DaemonFailure) -> MetricsServer {
        do throws(SystemError) {
            return try started(address)
        } catch {
            throw .unable(["metrics.listen: metrics cannot be had at \(address): \(error)"], file: nil)
        }
    }

    private func started(_ address: MetricsAddress) throws(SystemError) -> MetricsServer {
        let server = try MetricsServer(address, mode: mode, report: report)
        do throws(ThreadError) {
            try server.start()
        } catch {
            throw SystemError(call: "start a thread", code: EAGAIN)
        }
        return server
    }

    private func take(_ address: MetricsAddress?, _ server: MetricsServer?) {
        let old = current.withLock { current in
            defer { current = Current(address: address, server: server) }
            return current.server
        }
        old?.stop()
    }
}
