import JobService
import Jobs
import Logging

extension Configuration {
    /// What another configuration says differently, each as a sentence for people, by key.
    func changes(since old: Configuration) -> [String] {
        let (before, now) = (old.entries, entries)
        let gone = old.queues.keys.filter { queues[$0] == nil }
        let new = queues.keys.filter { old.queues[$0] == nil }
        let changed = now.keys.filter { before[$0] != now[$0] }.sorted().compactMap { key -> String? in
            let name = key.split(separator: ".").dropFirst().first.map(String.init)
            // A new queue is one sentence, not one for each key.
            if key.hasPrefix("queues."), new.contains(where: { $0.text == name }) { return nil }
            let change = "\(key): \(before[key] ?? "not set") → \(now[key] ?? "not set")"
            // What is set aside is set aside at a start.
            return key == Self.keepFreeKey ? "\(change), from the next start on" : change
        }
        let unset = before.keys.filter { now[$0] == nil && !$0.hasPrefix("queues.") }.sorted()
        return changed + unset.map { "\($0): \(before[$0] ?? "") → not set" }
            + new.map(\.text).sorted().map { "queue \($0): new" }
            + gone.map(\.text).sorted().map {
                "queue \($0): gone; what waits in it stays there until it is configured again"
            }
    }

    private static let keepFreeKey = "daemon.keep_free"

    /// All that it says, by the keys of the file.
    private var entries: [String: String] {
        var entries = [
            "daemon.drain_timeout": DurationText.text(drainTimeout),
            "daemon.shutdown_timeout": DurationText.text(shutdownTimeout), "daemon.log_level": logLevel.rawValue,
            "daemon.root_jobs": "\(mayBeRoot)", "daemon.units": "\(mayBeUnits)", "retention.keep": "\(retention.keep)",
            Self.keepFreeKey: "\(keepFree) bytes", "daemon.submit_group": submitGroup ?? "not set",
            "metrics.listen": metrics?.description ?? "not set",
        ]
        for (state, age) in retention.ages { entries["retention.\(state.rawValue)"] = DurationText.text(age) }
        for (name, capacity) in resources { entries["resources.\(name)"] = "\(capacity)" }
        for queue in queues.values {
            for (key, value) in queue.entries { entries["queues.\(queue.name).\(key)"] = value }
        }
        return entries
    }
}

extension QueueSettings {
    /// All that is configured of it, by the keys of the file.
    fileprivate var entries: [String: String] {
        var entries = [
            "workers": "\(workers)", "rate": rate?.description ?? "not set",
            "timeout": timeout.map { DurationText.text($0) } ?? "not set", "kill_after": DurationText.text(killAfter),
            "retries": "\(retries)", "backoff": DurationText.text(backoff), "output_limit": "\(outputLimit) bytes",
            "journal": journal.rawValue, "gain_privileges": "\(mayGainPrivileges)", "isolation": isolation.rawValue,
        ]
        for name in ResourceLimits.Name.allCases {
            entries[name.rawValue] = limits[name].map { "\($0)" } ?? "not set"
            entries["\(name.rawValue)_ceiling"] = ceilings[name].map { "\($0)" } ?? "not set"
        }
        return entries
    }
}
