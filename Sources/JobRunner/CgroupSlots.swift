import Jobs
import Kernel
import Threading

/// The control groups below the daemon's home: each holds one attempt at a time, and the next one after it.
///
/// Making and removing a group costs about as much as starting a process. A group that counts memory is not used again:
/// its peak would be that of all its attempts, and files that an earlier one read are still charged to it. Nor is one
/// that was killed: Linux 6.18 kills what is born into it later (a fork counts as having raced with the kill where the
/// parent's group was not killed as often).
final class CgroupSlots: Sendable {
    /// A group, and what it has counted so far.
    struct Slot {
        let group: Cgroup
        /// `nil` where that is to be read.
        var usage: TreeUsage?
    }

    private struct State {
        var free: [Slot] = []
        var lastNumber = 0
    }

    private let home: Cgroup
    private let areReusable: Bool
    private let state = Monitor(State())

    /// So many are kept for later.
    private static let mostFree = 64

    init(in home: Cgroup, areReusable: Bool) {
        self.home = home
        self.areReusable = areReusable
    }

    /// An empty group; it may have held an attempt before.
    func take() throws(SystemError) -> Slot {
        let slot = state.withLock { state -> Slot in
            if let free = state.free.popLast() { return free }
            state.lastNumber += 1
            return Slot(group: home.child("\(Self.prefix)\(state.lastNumber)"))
        }
        // A free one may have been removed by somebody.
        try slot.group.make()
        return slot
    }

    /// Gives the name of a group to no attempt: one that goes on is in it.
    func reserve(_ group: Cgroup) {
        guard let number = Int(group.name.dropFirst(Self.prefix.count)) else { return }
        state.withLock { $0.lastNumber = max($0.lastNumber, number) }
    }

    private static let prefix = "job-slot-"

    /// Takes back a group whose processes are all gone.
    ///
    /// - Parameter isAsNew: whether it was neither killed nor is frozen.
    func giveBack(_ slot: Slot, isAsNew: Bool) {
        // An empty group that cannot be removed now is removed by the next sweep.
        guard areReusable, isAsNew, (try? Self.removeChildren(of: slot.group)) != nil, keep(slot) else {
            try? slot.group.remove()
            return
        }
    }

    private func keep(_ slot: Slot) -> Bool {
        state.withLock { state in
            guard state.free.count < Self.mostFree else { return false }
            state.free.append(slot)
            return true
        }
    }

    /// Removes the groups that an attempt made in it.
    private static func removeChildren(of group: Cgroup) throws(SystemError) {
        guard try group.hasChildren() else { return }
        for child in try group.children() { try child.remove() }
    }

    /// Removes those that are free.
    func close() {
        let free = state.withLock { state in
            defer { state.free = [] }
            return state.free
        }
        for slot in free { try? slot.group.remove() }
    }
}
