/// What all processes of an attempt used together, counted by their control group.
package struct TreeUsage: Hashable, Sendable {
    package var userTime = Duration.zero
    package var systemTime = Duration.zero
    /// In bytes; `nil` where memory is not counted.
    package var peakMemory: Int64?
    /// From disks and to them; `nil` where that is not counted.
    package var readBytes: Int64?
    package var writtenBytes: Int64?
    /// Processes that the kernel killed because memory was short.
    package var outOfMemoryKills: Int64 = 0

    package init() {}

    /// What was used since `before`; a peak stays what it is.
    package func since(_ before: TreeUsage) -> TreeUsage {
        var difference = self
        difference.userTime = max(.zero, userTime - before.userTime)
        difference.systemTime = max(.zero, systemTime - before.systemTime)
        difference.readBytes = readBytes.map { max(0, $0 - (before.readBytes ?? 0)) }
        difference.writtenBytes = writtenBytes.map { max(0, $0 - (before.writtenBytes ?? 0)) }
        difference.outOfMemoryKills = max(0, outOfMemoryKills - before.outOfMemoryKills)
        return difference
    }
}
