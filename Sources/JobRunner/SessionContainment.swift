import CLinux
import Glibc
package import Jobs
package import Kernel
import Threading

/// Without cgroups: an attempt's processes are found by its session and by the marks in their environment.
///
/// The daemon is the subreaper, so that orphans become its children. A process that leaves the session *and* wipes its
/// environment is not found: only a cgroup is sure.
package final class SessionContainment: Containment {
    private let mark: String
    /// The first process of each running attempt: the worker thread reaps those itself.
    private let leaders = Monitor<Set<Int32>>([])

    /// - Parameter store: the store's identity; jobs carry it in `JOBD_STORE`.
    package init(store identity: String) throws(SystemError) {
        mark = Self.mark(of: identity)
        try systemCall("prctl PR_SET_CHILD_SUBREAPER") { linux_set_child_subreaper(1) }
    }

    package var summary: String {
        "no cgroup of our own: attempts are kept together by session and environment, and a process that leaves both gets away"
    }

    package func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        SessionTree(marks: [mark, "JOBD_ID=\(attempt.job)", "JOBD_ATTEMPT=\(attempt.number)"], leaders: leaders)
    }

    package func close() {
        // Orphans that come from now on are nobody's of ours.
        linux_set_child_subreaper(0)
    }

    package func sweep(until deadline: BootTime) throws(SystemError) -> Bool {
        SessionTree(marks: [mark], leaders: leaders).killAll(until: deadline)
    }

    /// Kills every process that carries a store's mark, whoever started it.
    static func killAll(ofStore identity: String, until deadline: BootTime) throws(SystemError) -> Bool {
        SessionTree(marks: [mark(of: identity)], leaders: Monitor([])).killAll(until: deadline)
    }

    private static func mark(of identity: String) -> String { "JOBD_STORE=\(identity)" }
}

/// The processes of one session, and those that carry all the marks.
private final class SessionTree: ProcessTree {
    private let marks: [String]
    private let leaders: Monitor<Set<Int32>>
    private let leader = Monitor<Int32?>(nil)
    /// The processes that ``freeze()`` stopped; only those are let go again.
    private let frozen = Monitor<Set<Int32>>([])

    init(marks: [String], leaders: Monitor<Set<Int32>>) {
        self.marks = marks
        self.leaders = leaders
    }

    var cgroup: Cgroup? { nil }

    func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) {
        // Under the lock that reaping holds: a leader that ends at once is not taken for an orphan.
        try leaders.withLock { leaders throws(StartFailure) in
            let process = try start()
            leaders.insert(process)
            leader.withLock { $0 = process }
        }
    }

    func signal(_ signal: Int32) {
        // Where nothing can be read nobody is reached; the KILL that follows insists.
        let frozen = frozen.withLock { $0 }
        for process in (try? survivors()) ?? [] where signal != SIGCONT || !frozen.contains(process) {
            kill(process, signal)
        }
    }

    /// Stops one process after the other, and looks again: one that was still running may have started another.
    func freeze() throws(SystemError) {
        let deadline = BootTime.now + Self.longestFreezing
        while true {
            let running = try look().processes.filter { !$0.isStopped }
            // One that sleeps in the kernel stops when it comes back: the signal waits for it.
            guard !running.isEmpty, BootTime.now < deadline else { return }
            frozen.withLock { $0.formUnion(running.map(\.id)) }
            for process in running { kill(process.id, SIGSTOP) }
            Pause.sleep(.milliseconds(1))
        }
    }

    func thaw() throws(SystemError) {
        let processes = try survivors()
        let frozen = frozen.withLock { frozen in
            defer { frozen = [] }
            return frozen
        }
        for process in processes where frozen.contains(process) { kill(process, SIGCONT) }
    }

    private static let longestFreezing = Duration.milliseconds(200)

    /// Nothing announces the end of a process that is not our child; so it looks again, ever more seldom.
    func killAll(until deadline: BootTime) -> Bool {
        var patience = Duration.milliseconds(1)
        let certainty = BootTime.now + Self.longestExecution
        while true {
            // A failure to look proves nothing.
            let seen = try? look()
            if let seen, seen.processes.isEmpty, seen.isSure || BootTime.now >= certainty { return true }
            if BootTime.now >= deadline { return false }
            for process in seen?.processes ?? [] { kill(process.id, SIGKILL) }
            Pause.sleep(patience)
            patience = min(patience * 2, .milliseconds(100))
            reapOrphans()
        }
    }

    func survivors() throws(SystemError) -> [Int32] { try look().processes.map(\.id) }

    /// For as long as a process may take to become another program.
    ///
    /// Meanwhile it shows no environment, and an orphan without one may be ours; one that still has none then has wiped
    /// it, and gets away.
    private static let longestExecution = Duration.milliseconds(200)

    /// The processes of the tree, and whether an orphan could be one of them that shows nothing just now.
    private func look() throws(SystemError) -> (processes: [ProcessTable.Entry], isSure: Bool) {
        let session = leader.withLock { $0 }
        let own = getpid()
        let others = leaders.withLock { $0 }
        var found: [ProcessTable.Entry] = []
        var isSure = true
        for entry in try ProcessTable.entries() where !entry.isZombie && entry.id != own {
            if entry.session == session {
                found.append(entry)
                continue
            }
            let environment = try ProcessTable.environment(of: entry.id)
            if Set(environment).isSuperset(of: marks) {
                found.append(entry)
            } else if environment.isEmpty, entry.parent == own, !others.contains(entry.id) {
                isSure = false
            }
        }
        return (found, isSure)
    }

    func end() {
        reapOrphans()
        if let leader = leader.withLock({ $0 }) { leaders.withLock { _ = $0.remove(leader) } }
    }

    /// Takes the exit records of adopted orphans, which nobody else waits for.
    private func reapOrphans() {
        let own = getpid()
        leaders.withLock { leaders in
            for entry in (try? ProcessTable.entries()) ?? []
            where entry.isZombie && entry.parent == own && !leaders.contains(entry.id) {
                waitpid(entry.id, nil, WNOHANG)
            }
        }
    }
}
