/// How a process's I/O competes with that of others (ioprio_set(2)).
package enum IOPriority: Hashable, Sendable, CustomStringConvertible {
    /// Before all others; for root only. Level 0 (first) to 7.
    case realTime(level: Int)
    /// The ordinary class. Level 0 (first) to 7.
    case bestEffort(level: Int)
    /// Only when nobody else wants the disk.
    case idle

    package static let levels = 0...7

    /// The level where none is named.
    private static let middle = 4

    /// Reads `idle`, `best-effort`, `best-effort:7` and `realtime:0`.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let level = parts.count == 1 ? Self.middle : Self.levels.first { "\($0)" == parts[1] }
        guard let level else { return nil }
        switch parts[0] {
        case "realtime": self = .realTime(level: level)
        case "best-effort": self = .bestEffort(level: level)
        case "idle" where parts.count == 1: self = .idle
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .realTime(let level): "realtime:\(level)"
        case .bestEffort(let level): "best-effort:\(level)"
        case .idle: "idle"
        }
    }
}
