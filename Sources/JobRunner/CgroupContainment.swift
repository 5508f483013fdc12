package import Jobs
package import Kernel
import Glibc

/// One cgroup per attempt, below the daemon's own: nothing gets away, and empty is proven by the kernel.
package struct CgroupContainment: Containment {
    private let home: Cgroup
    private let identity: String

    /// Uses the daemon's own cgroup where it may be written.
    ///
    /// - Parameter store: the store's identity, so that two daemons in one cgroup keep apart.
    /// - Returns: `nil` where there is no unified hierarchy or no right to make groups in it.
    package init?(store identity: String) {
        self.identity = identity
        guard let own = try? Cgroup.own() else { return nil }
        // Where systemd put the daemon into a sub-group of what it delegated, jobs go beside that one.
        let delegated = own.name == "supervisor" ? own.parent : own
        home = delegated.child(Self.homeName(identity))
        do {
            try home.make()
            // What is needed for each attempt, tried once.
            let trial = home.child("trial")
            try trial.make()
            try trial.kill()
            try trial.remove()
        } catch {
            return nil
        }
    }

    private static func homeName(_ identity: String) -> String { "jobd-\(identity.prefix(12))" }

    package var summary: String { "one cgroup per attempt, below \(home.path)" }

    package func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        let group = home.child("job-\(attempt.job)-\(attempt.number)")
        try group.make()
        return CgroupTree(group: group)
    }

    package func close() {
        // Where something is still in it, the next start sweeps it.
        try? home.remove()
    }

    /// Looks in the whole hierarchy: the earlier daemon may have been started elsewhere.
    package func sweep(until deadline: BootTime) throws(SystemError) -> Bool {
        var empty = true
        for home in try Cgroup.all(named: home.name) {
            for group in try home.children() {
                try group.kill()
                if try group.waitUntilEmpty(until: deadline) { try group.remove() } else { empty = false }
            }
            if home != self.home { try home.remove() }
        }
        // An earlier daemon may have had no cgroup: then only the marks tell whose a process is.
        return try SessionContainment.killAll(ofStore: identity, until: deadline) && empty
    }
}

/// The processes in one cgroup.
private final class CgroupTree: ProcessTree {
    private let group: Cgroup

    init(group: Cgroup) {
        self.group = group
    }

    var cgroup: Cgroup? { group }

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
                guard try group.isPopulated() else { return true }
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

    func end() {
        // An empty group that cannot be removed now is removed by the next sweep.
        try? group.remove()
    }
}
