import Glibc
import Jobs
import Kernel
import Threading

/// The processes in one cgroup.
final class CgroupTree: ProcessTree {
    /// What the group tells at the end.
    private struct End {
        var usage: TreeUsage?
        var wasKilled = false
        var isFrozen = false
    }

    private let group: Cgroup
    private let slots: CgroupSlots
    private let limits: CgroupLimits
    private let meter: CgroupMeter
    private let before: TreeUsage
    let joinsCgroup: Bool
    private let atEnd = Monitor(End())

    init(slots: CgroupSlots, limits: CgroupLimits, meter: CgroupMeter, joinsCgroup: Bool) throws(SystemError) {
        let slot = try slots.take()
        group = slot.group
        self.slots = slots
        self.limits = limits
        self.meter = meter
        self.joinsCgroup = joinsCgroup
        before = slot.usage ?? meter.read(slot.group) ?? TreeUsage()
    }

    /// Goes on with the processes of a group.
    init(
        adopting group: Cgroup, before: TreeUsage, wasKilled: Bool, slots: CgroupSlots, limits: CgroupLimits,
        meter: CgroupMeter
    ) {
        self.group = group
        self.before = before
        self.slots = slots
        self.limits = limits
        self.meter = meter
        joinsCgroup = false
        atEnd.withLock { $0.wasKilled = wasKilled }
    }

    var detached: DetachedTree? {
        .cgroup(path: group.path, before: before, wasKilled: atEnd.withLock { $0.wasKilled })
    }

    var cgroup: Cgroup? { group }

    func limit(to limits: ResourceLimits) throws(SystemError) { try self.limits.apply(limits, to: group) }

    func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) {
        _ = try start()
    }

    func signal(_ signal: Int32) {
        // A process that forks between reading and sending is missed here, and all are where nothing can be read;
        // the KILL that follows misses none.
        for process in (try? survivors()) ?? [] { kill(process, signal) }
    }

    func freeze() throws(SystemError) { try group.freeze() }

    func thaw() throws(SystemError) { try group.thaw() }

    func killAll(until deadline: BootTime) -> Bool {
        while true {
            do {
                let condition = try group.condition()
                guard condition.isPopulated else {
                    atEnd.withLock { $0.isFrozen = condition.isFrozen }
                    return true
                }
                atEnd.withLock { $0.wasKilled = true }
                try group.kill()
                return try group.waitUntilEmpty(until: deadline)
            } catch {
                // A group that is gone holds nothing. Any other failure proves nothing: perhaps descriptors are short.
                if error.code == ENOENT { return true }
                guard BootTime.now < deadline else { return false }
                Pause.sleep(.milliseconds(100))
            }
        }
    }

    func survivors() throws(SystemError) -> [Int32] { try group.processes() }

    func usage() -> TreeUsage? {
        let usage = meter.read(group)
        atEnd.withLock { $0.usage = usage }
        return usage?.since(before)
    }

    func end() {
        let end = atEnd.withLock { $0 }
        slots.giveBack(
            CgroupSlots.Slot(group: group, usage: end.usage), isAsNew: !end.wasKilled && !end.isFrozen)
    }
}
