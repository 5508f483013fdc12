import Glibc
import JobProtocol
import Kernel
import VarlinkServer

/// Looks at what the daemon takes up, and what room it has.
struct UsageReader: Sendable {
    let store: String
    let stateDirectory: String
    let connections: ConnectionCount

    /// - Parameter keepFree: bytes that must be free before anything new is stored or started.
    func read(keepFree: Int64) throws(SystemError) -> DaemonUsage {
        let process = try OwnProcess.usage()
        let free = (try? folder().freeBytes()).map { Int($0) }
        return DaemonUsage(
            memory: process.memory, threads: process.threads, connections: connections.current,
            openFiles: process.openFiles, openFileLimit: process.openFileLimit, store: Self.length(store),
            log: Self.length("\(store)-wal"), free: free, keepFree: Int(keepFree))
    }

    /// Files that can still be made beside the store; `nil` where there is no such bound.
    func freeFiles() throws(SystemError) -> Int64? { try folder().freeFiles() }

    private func folder() throws(SystemError) -> Descriptor {
        try Descriptor.open(stateDirectory, O_RDONLY | O_DIRECTORY)
    }

    /// A file that is not there takes up nothing.
    private static func length(_ path: String) -> Int { (try? FileLength.of(path)) ?? 0 }
}
