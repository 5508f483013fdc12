import JobProtocol
import JobService
import JobStore
import JobStoreSQLite
import Kernel
import Systemd

extension DaemonCondition {
    /// How long the store is looked through.
    private static let patience = Duration.seconds(2)

    /// As it is now.
    ///
    /// - Parameter requester: others than administrators do not make it look through the store, nor learn what is in
    ///   the configuration.
    static func now(of context: DaemonContext, for requester: Requester) throws -> DaemonCondition {
        let instruments = context.instruments
        let store: Store
        do throws(JobStoreError) {
            store = .looked(try instruments.store.check(for: requester.isAdministrator ? patience : .zero))
        } catch {
            store = .failed(error.description)
        }
        return DaemonCondition(
            storePath: instruments.usage.store, store: store, stateDirectory: instruments.usage.stateDirectory,
            usage: try instruments.usage.read(keepFree: instruments.keepFree),
            freeFiles: try? instruments.usage.freeFiles(),
            workers: context.service.queues.reduce(0) { $0 + $1.settings.workers },
            tasks: context.facts.cgroup.flatMap(tasks), hasJournal: Journal.isReachable,
            configurationFile: context.configuration.file,
            pending: requester.isAdministrator ? context.configuration.pending() : .nothing,
            metrics: context.metrics.address, metricsProblem: context.metrics.problem)
    }

    /// The smallest bound of a control group and those above it, with what is in that one.
    private static func tasks(of group: String) -> (now: Int, most: Int)? {
        var smallest: (now: Int, most: Int)?
        var path = group
        while path.count > 1 {
            let folder = "/sys/fs/cgroup\(path)"
            if let most = number("\(folder)/pids.max"), let now = number("\(folder)/pids.current"),
                most - now < (smallest.map { $0.most - $0.now } ?? .max)
            {
                smallest = (now, most)
            }
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return smallest
    }

    /// `nil` for a file that is not there, and for one that says `max`.
    private static func number(_ path: String) -> Int? {
        guard let bytes = try? FileContent.read(path) else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
    }
}
