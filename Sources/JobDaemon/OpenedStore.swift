import Glibc
import JobStore
import JobStoreSQLite
import Kernel
import Logging
import Sealing

/// What lies in the state directory, opened: the store, the key of its secrets, and the room that both need.
struct OpenedStore {
    let store: SQLiteJobStore
    let space: DiskSpace
    let key: StoreKey

    /// - Parameters:
    ///   - keepFree: how many bytes of the disk are to stay free.
    ///   - onDamage: called when the store turns out to be damaged while it is in use.
    init(
        _ paths: DaemonPaths, keepFree: Int64, logger: Logger, onDamage: @escaping @Sendable (String) -> Void
    ) throws(DaemonFailure) {
        do {
            space = try DiskSpace(folder: paths.stateDirectory, needed: keepFree, logger: logger)
        } catch {
            throw .system(error, doing: "look at the state directory")
        }
        do {
            store = try Self.openStore(paths.store, space, onDamage)
        } catch {
            throw .storage(error, path: paths.store)
        }
        do {
            try space.syncNames()
        } catch {
            throw .storage(.outcomeUnknown("\(error)"), path: paths.stateDirectory)
        }
        key = try Self.openKey(paths, store)
    }

    /// On a full disk with what was set aside for that.
    private static func openStore(
        _ path: String, _ space: DiskSpace, _ onDamage: @escaping @Sendable (String) -> Void
    ) throws(JobStoreError) -> SQLiteJobStore {
        do {
            return try SQLiteJobStore(path: path, onDamage: onDamage)
        } catch {
            guard space.shortage() != nil else { throw error }
            space.giveUpReserve()
            return try SQLiteJobStore(path: path, onDamage: onDamage)
        }
    }

    private static func openKey(_ paths: DaemonPaths, _ store: SQLiteJobStore) throws(DaemonFailure) -> StoreKey {
        let mayMake: Bool
        do throws(JobStoreError) {
            // A new key would not open what the old one sealed.
            mayMake = access(paths.key, F_OK) == 0 ? true : try !store.hasSecrets()
        } catch {
            throw .storage(error, path: paths.store)
        }
        do {
            return try StoreKey(path: paths.key, mayMake: mayMake)
        } catch {
            throw .badKey(error, path: paths.key)
        }
    }
}
