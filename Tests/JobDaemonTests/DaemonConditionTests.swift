import JobProtocol
import JobStoreSQLite
import Jobs
import Kernel
import Logging
import Testing

@testable import JobDaemon

@Suite("What a daemon says of its own condition")
struct DaemonConditionTests {
    private let condition = DaemonCondition(
        storePath: "/s/jobd.db", store: .looked(.sound), stateDirectory: "/s",
        usage: DaemonUsage(
            memory: 1, threads: 1, connections: 2, openFiles: 30, openFileLimit: 1024, store: 4096, log: 1 << 20,
            free: 1 << 40, keepFree: 32 << 20), freeFiles: 1_000_000, workers: 4, tasks: (10, 1000), hasJournal: true,
        configurationFile: "/c", pending: .nothing)

    private func finding(
        _ subject: String, _ change: (inout DaemonCondition) -> Void
    ) throws -> (ExamineCall.Finding.Verdict, String) {
        var condition = condition
        change(&condition)
        let finding = try #require(condition.findings.first { $0.subject == subject })
        #expect((finding.verdict == .ok) == (finding.advice == nil), "\(subject)")
        return (finding.verdict, finding.sentence)
    }

    @Test("all is well where all is well")
    func well() {
        #expect(condition.findings.allSatisfy { $0.verdict == .ok })
        #expect(
            condition.findings.map(\.subject) == [
                "store", "disk", "inodes", "open files", "tasks", "journal", "configuration",
            ])
        #expect(condition.findings[0].sentence == "/s/jobd.db is sound: 4.0 KiB and a log of 1.0 MiB")
    }

    @Test("a damaged store is a problem, one that is too large to be looked through is none")
    func store() throws {
        #expect(try finding("store") { $0.store = .looked(.unsound("row 3")) }.0 == .problem)
        #expect(try finding("store") { $0.store = .failed("gone") }.1.hasSuffix("cannot be read: gone"))
        #expect(try finding("store") { $0.store = .looked(.unfinished) }.0 == .ok)
    }

    @Test("little room is a warning before it is a problem")
    func disk() throws {
        for (free, verdict) in [
            (31 << 20, ExamineCall.Finding.Verdict.problem), (33 << 20, .warning), (100 << 20, .warning),
            (128 << 20, .ok),
        ] {
            #expect(try finding("disk") { $0.usage.free = free }.0 == verdict, "\(free)")
        }
        #expect(try finding("disk") { $0.usage.free = nil }.0 == .ok)
        #expect(try finding("inodes") { $0.freeFiles = 0 }.0 == .problem)
        #expect(try finding("inodes") { $0.freeFiles = 9 }.0 == .warning)
        #expect(try finding("inodes") { $0.freeFiles = nil }.0 == .ok)
    }

    @Test("limits that all workers together would reach are warnings")
    func limits() throws {
        #expect(try finding("open files") { $0.workers = 1000 }.0 == .warning)
        #expect(try finding("tasks") { $0.tasks = (900, 1000) }.0 == .warning)
        #expect(try finding("tasks") { $0.tasks = (1, 10) }.0 == .warning)
        #expect(try finding("tasks") { $0.tasks = nil }.0 == .ok)
    }

    @Test("a file that does not hold yet is a note, one that cannot hold a problem")
    func configuration() throws {
        let changed = try finding("configuration") { $0.pending = .changes(["a: 1 → 2", "b: 2 → 3"]) }
        #expect(changed == (.note, "/c says something that does not hold yet: a: 1 → 2; b: 2 → 3"))
        let wrong = try finding("configuration") { $0.pending = .mistake("c:1: x\nc:2: y") }
        #expect(wrong.0 == .problem && wrong.1.hasSuffix(": c:1: x; c:2: y"))
        #expect(try finding("journal") { $0.hasJournal = false }.0 == .note)
    }

    @Test("the last errors are kept, and no more of them")
    func problems() {
        let problems = RecentProblems()
        let log = DaemonLog.make(LogThreshold(.critical), problems: problems)
        log.error("not said at this level, and not kept")
        for number in 1...7 { problems.add("\(number)") }
        #expect(problems.all.map(\.sentence) == ["3", "4", "5", "6", "7"])
    }

    @Test("the unit is that of the group in which it was started")
    func unit() {
        func facts(_ cgroup: String?, user: UInt32 = 0) -> DaemonFacts {
            DaemonFacts(
                started: .init(nanoseconds: 0), user: user, stateDirectory: "/s", containment: "c", hasCgroups: true,
                cgroup: cgroup)
        }
        #expect(facts("/system.slice/jobd.service").unit == "jobd.service")
        #expect(facts("/system.slice/jobd.service/supervisor").unit == "jobd.service")
        #expect(facts("/user.slice/user-1.slice/user@1.service/app.slice/jobd.service").unit == "jobd.service")
        #expect(facts("/user.slice/user-1.slice/user@1.service/init.scope").unit == nil)
        #expect(facts("/user.slice/user-1.slice/session-2.scope").unit == nil)
        #expect(facts(nil).unit == nil)
        #expect(facts(nil).mode == .system)
        #expect(facts("/system.slice/jobd-unprivileged.service", user: 9).mode == .unprivileged)
        #expect(facts("/user.slice/user-1.slice/user@1.service/app.slice/jobd.service", user: 9).mode == .user)
        #expect(facts("/user.slice/user-1.slice/session-2.scope", user: 9).mode == .user)
    }
}
