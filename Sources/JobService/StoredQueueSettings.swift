import JobStore
import Jobs

/// The settings of a queue that outlive the daemon, beside `QueueSetting`: as they are stored.
enum StoredQueueSettings {
    static let pause = "paused"
    static let rateFullAt = "rate_full_at"

    /// A queue with all that the store says of it.
    static func restore(
        _ configured: QueueSettings, from stored: [String: StoredSetting]
    ) throws(JobStoreError) -> QueueState {
        var state = QueueState(configured: configured)
        for (name, setting) in stored {
            switch name {
            case pause:
                guard let mode = QueuePause.Mode(rawValue: setting.value) else { throw damaged(name, configured) }
                state.pause = QueuePause(mode: mode, by: setting.by, since: setting.at)
            case rateFullAt:
                guard let nanoseconds = Int64(setting.value) else { throw damaged(name, configured) }
                state.rateFullAt = Timestamp(nanoseconds: nanoseconds)
            default:
                guard let known = QueueSetting(rawValue: name), (try? state.set(known, to: setting.value)) != nil
                else { throw damaged(name, configured) }
            }
        }
        return state
    }

    private static func damaged(_ name: String, _ queue: QueueSettings) -> JobStoreError {
        .refused("the store holds a setting of queue \(queue.name) that cannot be (\(name)): it is damaged")
    }
}
