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
    private let leaders = Leaders()

    /// - Parameter store: the store's identity; jobs carry it in `JOBD_STORE`.
    package init(store identity: String) throws(SystemError) {
        mark = Self.mark(of: identity)
        try systemCall("prctl PR_SET_CHILD_SUBREAPER") { linux_set_child_subreaper(1) }
    }

    package var summary: String {
        "no cgroup of our own: attempts are kept together by session and environment, and a process that leaves both gets away"
    }

    package func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree {
        SessionTree(marks: Self.marks(of: attempt, mark), leaders: leaders)
    }

    package func adopt(_ tree: DetachedTree, of attempt: AttemptID) -> (any ProcessTree)? {
        guard case .session(let leader, let frozen) = tree else { return nil }
        return SessionTree(adopting: leader, frozen: frozen, marks: Self.marks(of: attempt, mark), leaders: leaders)
    }

    private static func marks(of attempt: AttemptID, _ mark: String) -> Set<String> {
        [mark, "JOBD_ID=\(attempt.job)", "JOBD_ATTEMPT=\(attempt.number)"]
    }

    package func close() {
        // Orphans that come from now on are nobody's of ours.
        linux_set_child_subreaper(0)
    }

    package func sweep(
        until deadline: BootTime, sparing spared: [AttemptID: DetachedTree]
    ) throws(SystemError) -> Bool {
        for case .session(let leader, _) in spared.values { leaders.add(leader) }
        return SessionTree(
            marks: [mark], spared: spared.keys.map { Self.marks(of: $0, mark) }, leaders: leaders
        ).killAll(until: deadline)
    }

    /// Kills every process that carries a store's mark, whoever started it.
    static func killAll(ofStore identity: String, until deadline: BootTime) throws(SystemError) -> Bool {
        SessionTree(marks: [mark(of: identity)], leaders: Leaders()).killAll(until: deadline)
    }

    private static func mark(of identity: String) -> String { "JOBD_STORE=\(identity)" }
}

/// The first process of each running attempt: the worker thread reaps those itself.
private final class Leaders: Sendable {
    private let numbers = Monitor<Set<Int32>>([])
    /// Held for reading while a process starts whose number is not known yet: attempts start side by side.
    private let starts = ReadWriteLock(())

    var all: Set<Int32> { numbers.withLock { $0 } }

    func add(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) -> Int32 {
        try starts.withReadLock { _ throws(StartFailure) in
            let process = try start()
            numbers.withLock { _ = $0.insert(process) }
            return process
        }
    }

    /// Knows one that was started before.
    func add(_ process: Int32) { numbers.withLock { _ = $0.insert(process) } }

    /// The worker has reaped it.
    func remove(_ process: Int32) { numbers.withLock { _ = $0.remove(process) } }

    /// Runs `body` while all leaders that there are are known: one that ends at once is not taken for an orphan.
    func whileAllAreKnown(_ body: (Set<Int32>) -> Void) {
        starts.withWriteLock { _ in body(all) }
    }
}

/// The process that an attempt was started as.
private struct Leader {
    let process: Int32
    /// The thread that is its parent.
    let thread: Int32
    /// Whether it is known to have left nothing behind.
    var wasAlone = false
}

/// The processes of one session, and those that carry all the marks.
private final class SessionTree: ProcessTree {
    private let marks: Set<String>
    /// Those that carry all of one of these are others'.
    private let spared: [Set<String>]
    private let leaders: Leaders
    private let leader = Monitor<Leader?>(nil)
    /// The processes that ``freeze()`` stopped; only those are let go again.
    private let frozen = Monitor<Set<Int32>>([])

    init(marks: Set<String>, spared: [Set<String>] = [], leaders: Leaders) {
        self.marks = marks
        self.spared = spared
        self.leaders = leaders
    }

    /// Goes on with the processes of an attempt; its leader must be known.
    convenience init(adopting leader: Int32, frozen: Set<Int32>, marks: Set<String>, leaders: Leaders) {
        self.init(marks: marks, leaders: leaders)
        // The thread that was its parent has ended.
        self.leader.withLock { $0 = Leader(process: leader, thread: getpid()) }
        self.frozen.withLock { $0 = frozen }
    }

    var detached: DetachedTree? {
        guard let leader = leader.withLock({ $0 }) else { return nil }
        return .session(leader: leader.process, frozen: frozen.withLock { $0 })
    }

    var cgroup: Cgroup? { nil }

    func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure) {
        let process = try leaders.add(start)
        leader.withLock { $0 = Leader(process: process, thread: linux_thread()) }
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
        if isAlone() {
            leader.withLock { $0?.wasAlone = true }
            return true
        }
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

    /// Whether it is certain, without a look at every process of the machine, that the first one has ended and left
    /// nothing behind.
    ///
    /// Each descendant that lives has an ancestor that is a child of ours: an orphan, which the kernel gives to the
    /// first thread of its subreaper, or one that the leader gave its own parent (`CLONE_PARENT`). Where neither is
    /// there, nothing is; the thread's children come first, because what they leave behind goes to the first thread.
    private func isAlone() -> Bool {
        guard let leader = leader.withLock({ $0 }), leader.thread != getpid(),
            ProcessTable.hasEnded(child: leader.process)
        else { return false }
        return ProcessTable.children(ofOwnThread: leader.thread) == [leader.process]
            && ProcessTable.children(ofOwnThread: getpid()) == []
    }

    func survivors() throws(SystemError) -> [Int32] { try look().processes.map(\.id) }

    /// For as long as a process may take to become another program.
    ///
    /// Meanwhile it shows no environment, and an orphan without one may be ours; one that still has none then has wiped
    /// it, and gets away.
    private static let longestExecution = Duration.milliseconds(200)

    /// The processes of the tree, and whether an orphan could be one of them that shows nothing just now.
    private func look() throws(SystemError) -> (processes: [ProcessTable.Entry], isSure: Bool) {
        let session = leader.withLock { $0 }?.process
        let own = getpid()
        let others = leaders.all
        var found: [ProcessTable.Entry] = []
        var isSure = true
        for entry in try ProcessTable.entries() where !entry.isZombie && entry.id != own {
            if entry.session == session {
                found.append(entry)
                continue
            }
            let environment = Set(try ProcessTable.environment(of: entry.id))
            if spared.contains(where: { environment.isSuperset(of: $0) }) { continue }
            if environment.isSuperset(of: marks) {
                found.append(entry)
            } else if environment.isEmpty, entry.parent == own, !others.contains(entry.id) {
                isSure = false
            }
        }
        return (found, isSure)
    }

    func end() {
        let leader = leader.withLock { $0 }
        if leader?.wasAlone != true { reapOrphans() }
        if let leader { leaders.remove(leader.process) }
    }

    /// Takes the exit records of adopted orphans, which nobody else waits for.
    private func reapOrphans() {
        let own = getpid()
        leaders.whileAllAreKnown { leaders in
            for entry in (try? ProcessTable.entries()) ?? []
            where entry.isZombie && entry.parent == own && !leaders.contains(entry.id) {
                waitpid(entry.id, nil, WNOHANG)
            }
        }
    }
}
