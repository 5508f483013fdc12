import CSQLite
import Glibc
import Testing
import Threading

/// A disk under SQLite that keeps what was synced apart from what was only written, and fails on demand.
///
/// It stands between SQLite and its own file system layer (sqlite.org/vfs.html). At each sync of a file, the file is
/// copied: what the copies hold is what a power cut at that moment would leave for sure. One at a time.
final class WatchedDisk {
    struct Fault: Sendable {
        var syncs = false
        var writes = false
        /// So many writes go well before.
        var writesBefore = 0
        /// Of a write that fails half of the bytes are written.
        var tears = false
        /// What a write that fails gives.
        var code = SQLITE_FULL
    }

    private struct State {
        var paths: [UInt: String] = [:]
        var fault = Fault()
        var syncs = 0
        var failedWrites = 0
        /// From the path of a file to the path of its synced copy.
        var mirror: (from: String, to: String)?
    }

    private static let state = Monitor(State())
    nonisolated(unsafe) private static let original = sqlite3_vfs_find(nil)
    nonisolated(unsafe) private static var originalMethods: UnsafePointer<sqlite3_io_methods>?
    /// The watched table for each of SQLite's own.
    nonisolated(unsafe) private static var watchedMethods: [UInt: UnsafeMutablePointer<sqlite3_io_methods>] = [:]
    /// Lives as long as the process, because connections keep pointing to it.
    nonisolated(unsafe) private static let watched = makeWatched()

    /// - Parameters:
    ///   - store: the main file of the store to watch.
    ///   - copy: where its synced copy goes; the log's goes beside it.
    init(store: String, copy: String) throws {
        Self.state.withLock { state in
            state = State()
            state.mirror = (store, copy)
        }
        try #require(sqlite3_vfs_register(Self.watched, 1) == SQLITE_OK)
    }

    deinit {
        sqlite3_vfs_register(Self.original, 1)
        Self.state.withLock { $0 = State() }
    }

    /// Syncs that went well so far.
    var syncs: Int { Self.state.withLock { $0.syncs } }

    /// Writes that failed so far.
    var failedWrites: Int { Self.state.withLock { $0.failedWrites } }

    /// What fails from now on.
    func fail(_ fault: Fault) { Self.state.withLock { $0.fault = fault } }

    private static func makeWatched() -> UnsafeMutablePointer<sqlite3_vfs>? {
        guard let original else { return nil }
        let copy = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        copy.initialize(to: original.pointee)
        copy.pointee.pNext = nil
        copy.pointee.zName = UnsafePointer(strdup("watched"))
        copy.pointee.xOpen = { _, name, file, flags, outFlags in
            WatchedDisk.open(name, file, flags, outFlags)
        }
        return copy
    }

    private static func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let original, let file, let xOpen = original.pointee.xOpen else { return SQLITE_ERROR }
        let code = xOpen(original, name, file, flags, outFlags)
        guard code == SQLITE_OK, let methods = file.pointee.pMethods else { return code }
        file.pointee.pMethods = UnsafePointer(watchedMethods(for: methods))
        let path = name.map { String(cString: $0) } ?? ""
        state.withLock { $0.paths[UInt(bitPattern: file)] = path }
        return code
    }

    /// SQLite's Unix layer has a table of methods for each way of locking, with the same `xSync` and `xWrite`.
    private static func watchedMethods(
        for methods: UnsafePointer<sqlite3_io_methods>
    ) -> UnsafeMutablePointer<sqlite3_io_methods> {
        if let known = watchedMethods[UInt(bitPattern: methods)] { return known }
        originalMethods = methods
        let copy = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        copy.initialize(to: methods.pointee)
        copy.pointee.xSync = { file, flags in WatchedDisk.sync(file, flags) }
        copy.pointee.xWrite = { file, bytes, count, offset in WatchedDisk.write(file, bytes, count, offset) }
        watchedMethods[UInt(bitPattern: methods)] = copy
        return copy
    }

    private static func sync(_ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32) -> Int32 {
        guard let real = originalMethods?.pointee.xSync else { return SQLITE_ERROR }
        if state.withLock({ $0.fault.syncs }) { return SQLITE_IOERR | (4 << 8) }  // SQLITE_IOERR_FSYNC
        let code = real(file, flags)
        guard code == SQLITE_OK else { return code }
        let target = state.withLock { state -> (String, String)? in
            state.syncs += 1
            guard let mirror = state.mirror, let path = state.paths[UInt(bitPattern: file)], path.hasPrefix(mirror.from)
            else { return nil }
            return (path, mirror.to + path.dropFirst(mirror.from.count))
        }
        if let (source, copy) = target { StoreFolder.copy(source, to: copy) }
        return code
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let real = originalMethods?.pointee.xWrite else { return SQLITE_ERROR }
        let fault = state.withLock { state -> Fault? in
            guard state.fault.writes else { return nil }
            guard state.fault.writesBefore == 0 else {
                state.fault.writesBefore -= 1
                return nil
            }
            state.failedWrites += 1
            return state.fault
        }
        if let fault {
            if fault.tears { _ = real(file, bytes, count / 2, offset) }
            return fault.code
        }
        return real(file, bytes, count, offset)
    }
}
