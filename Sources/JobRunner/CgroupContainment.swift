import CLinux
package import Jobs
package import Kernel

/// One cgroup per attempt, below the daemon's own: nothing gets away, and empty is proven by the kernel.
package struct CgroupContainment: Containment {
    private let home: Cgroup
    private let identity: String
    private let delegation: CgroupDelegation
    private let limits: CgroupLimits
    private let slots: CgroupSlots
    private let meter: CgroupMeter
    private let joinsCgroup: Bool

    /// Uses the daemon's own cgroup where it may be written.
    ///
    /// - Parameters:
    ///   - store: the store's identity, so that two daemons in one cgroup keep apart.
    ///   - own: the group that the daemon is in; `nil` asks the kernel.
    ///   - files: how the groups' files are read and written.
    ///   - earlier: what the program that this process was before has changed.
    /// - Returns: `nil` where there is no unified hierarchy or no right to make groups in it.
    package init?(
        store identity: String, own: Cgroup? = nil, files: any ControlFiles = KernelControlFiles(),
        earlier: DetachedDelegation? = nil
    ) {
        self.identity = identity
        guard let own = own ?? (try? Cgroup.own()) else { return nil }
        // Where systemd put the daemon into a sub-group of what it delegated, jobs go beside that one.
        let top = own.name == CgroupDelegation.supervisor ? own.parent : own
        home = top.child(Self.homeName(identity))
        guard (try? home.make()) != nil else { return nil }
        delegation = CgroupDelegation(own: own, home: home, files: files, earlier: earlier)
        let trial = home.child("trial")
        guard Self.tryOut(trial, files) else {
            try? home.remove()
            delegation.close()
            return nil
        }
        limits = CgroupLimits(like: trial, files: files)
        meter = CgroupMeter(like: trial, files: files)
        try? trial.remove()
        joinsCgroup = !Self.birthWorks(in: home.child("birth"))
        slots = CgroupSlots(in: home, areReusable: !limits.names.contains(.memory))
    }

    /// Does what is needed for each attempt, once.
    private static func tryOut(_ trial: Cgroup, _ files: any ControlFiles) -> Bool {
        do {
            // Whether one can be removed is seen here, too.
            try trial.make()
            try trial.remove()
            try trial.make()
            try files.write("1", to: "\(trial.path)/cgroup.kill")
            return true
        } catch {
            return false
        }
    }

    /// Whether a process can be born in a group that is new.
    ///
    /// Some kernels kill each one where the daemon's own group was killed before: that of a service which was killed and
    /// started again.
    private static func birthWorks(in group: Cgroup) -> Bool {
        guard (try? group.make()) != nil, let directory = try? group.open() else { return true }
        defer { try? group.remove() }
        return linux_birth_works(directory.rawValue) == 1
    }

    private static func homeName(_ identity: String) -> String { "jobd-\(identity.prefix(12))" }

    package var summary: String { "one cgroup per attempt, below \(home.path)" }

    package var limitNames: [ResourceLimits.Name] { limits.names }

    package func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        try CgroupTree(slots: slots, limits: limits, meter: meter, joinsCgroup: joinsCgroup)
    }

    package func adopt(_ tree: DetachedTree, of attempt: AttemptID) -> (any ProcessTree)? {
        guard case .cgroup(let path, let before, let wasKilled) = tree, Cgroup(path: path).parent == home else {
            return nil
        }
        return CgroupTree(
            adopting: Cgroup(path: path), before: before, wasKilled: wasKilled, slots: slots, limits: limits,
            meter: meter)
    }

    package func detach() -> DetachedDelegation? {
        slots.close()
        return delegation.detached
    }

    package func close() {
        slots.close()
        // Where something is still in it, the next start sweeps it.
        try? home.remove()
        delegation.close()
    }

    /// Looks in the whole hierarchy: the earlier daemon may have been started elsewhere.
    package func sweep(
        until deadline: BootTime, sparing spared: [AttemptID: DetachedTree]
    ) throws(SystemError) -> Bool {
        let groups = Set(
            spared.values.compactMap { tree in
                if case .cgroup(let path, _, _) = tree { Cgroup(path: path) } else { nil }
            })
        for group in groups { slots.reserve(group) }
        var empty = true
        for home in try Cgroup.all(named: home.name) {
            for group in try home.children() where !groups.contains(group) {
                try group.kill()
                if try group.waitUntilEmpty(until: deadline) { try group.remove() } else { empty = false }
            }
            if home != self.home { try home.remove() }
        }
        // An earlier daemon may have had no cgroup: then only the marks tell whose a process is. The one that let go of
        // attempts had one.
        guard spared.isEmpty else { return empty }
        return try SessionContainment.killAll(ofStore: identity, until: deadline) && empty
    }
}
