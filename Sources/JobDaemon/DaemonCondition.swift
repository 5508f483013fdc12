import JobProtocol
import JobStoreSQLite

/// What the daemon stands on, and what it makes of that: store, disk, limits, journal, configuration.
struct DaemonCondition {
    /// How a look at the store ended.
    enum Store: Hashable {
        case looked(StoreCheck)
        case failed(String)
    }

    var storePath: String
    var store: Store
    var stateDirectory: String
    var usage: DaemonUsage
    /// Files that can still be made beside the store; `nil` where there is no such bound.
    var freeFiles: Int64?
    /// Jobs that may run at the same time.
    var workers: Int
    /// Processes and threads of the daemon with all jobs, and how many there may be; `nil` where nothing bounds them.
    var tasks: (now: Int, most: Int)?
    var hasJournal: Bool
    var configurationFile: String?
    var pending: LiveConfiguration.Pending
    var metrics: MetricsAddress?
    var metricsProblem: String?

    /// Descriptors that a running job takes of the daemon, at most, and what the daemon needs besides.
    private static let filesPerJob = 8
    private static let filesBesides = 64

    /// Fewer free files, or a smaller part of the tasks, are worth a word.
    private static let fewFiles: Int64 = 10_000
    private static let tasksInUse = 0.8

    var findings: [ExamineCall.Finding] {
        var findings = [storeFinding, disk, files, openFiles, tasksFinding, journal, configuration]
        if metrics != nil { findings.append(metricsFinding) }
        return findings
    }

    private var storeFinding: ExamineCall.Finding {
        let size = "\(ByteText.text(usage.store)) and a log of \(ByteText.text(usage.log))"
        switch store {
        case .looked(.sound): return .init("store", .ok, "\(storePath) is sound: \(size)")
        case .looked(.unfinished):
            return .init(
                "store", .ok, "\(storePath) can be read, and is too large to be looked through at once: \(size)")
        case .looked(.unsound(let problem)):
            return .init("store", .problem, "\(storePath) is damaged: \(problem)", advice: Self.restore)
        case .failed(let problem):
            return .init("store", .problem, "\(storePath) cannot be read: \(problem)", advice: Self.restore)
        }
    }

    private static let restore =
        "save what can be saved (jobctl daemon backup), then see README.md, \"Backup and restore\""

    private var disk: ExamineCall.Finding {
        let needed = "keep_free is \(ByteText.text(usage.keepFree))"
        guard let free = usage.free else {
            return .init("disk", .ok, "the file system of \(stateDirectory) does not say what is free; \(needed)")
        }
        let words = "\(ByteText.text(free)) free for \(stateDirectory); \(needed)"
        let advice = "free some room there, or give jobd another disk; shorter [retention] keeps less"
        if free < usage.keepFree {
            return .init("disk", .problem, "\(words): nothing new is stored or started", advice: advice)
        }
        if free < 2 * usage.keepFree {
            return .init("disk", .warning, "\(words): output is no longer kept", advice: advice)
        }
        return free < 4 * usage.keepFree
            ? .init("disk", .warning, "\(words): not much is left", advice: advice) : .init("disk", .ok, words)
    }

    private var files: ExamineCall.Finding {
        guard let freeFiles else {
            return .init("inodes", .ok, "the file system of \(stateDirectory) has no bound of its files")
        }
        let words = "\(freeFiles) more files can be made in \(stateDirectory)"
        let advice = "each attempt that prints has a file of its own: shorten [retention], or remove other files there"
        if freeFiles == 0 { return .init("inodes", .problem, words, advice: advice) }
        return freeFiles < Self.fewFiles
            ? .init("inodes", .warning, words, advice: advice) : .init("inodes", .ok, words)
    }

    private var openFiles: ExamineCall.Finding {
        let words = "\(usage.openFiles) of \(usage.openFileLimit) files are open, for \(workers) workers"
        let needed = workers * Self.filesPerJob + usage.connections + Self.filesBesides
        guard usage.openFileLimit < needed else { return .init("open files", .ok, words) }
        return .init(
            "open files", .warning, "\(words), which need up to \(needed)",
            advice: "raise LimitNOFILE= in jobd's unit (systemctl edit), or ulimit -Hn where you start it")
    }

    private var tasksFinding: ExamineCall.Finding {
        guard let tasks else {
            return .init("tasks", .ok, "nothing bounds the processes of jobd and its jobs together")
        }
        let words = "\(tasks.now) of \(tasks.most) processes and threads, of jobd and its jobs together"
        guard Double(tasks.now) > Self.tasksInUse * Double(tasks.most) || tasks.most < 4 * workers else {
            return .init("tasks", .ok, words)
        }
        return .init(
            "tasks", .warning, "\(words): jobs will soon fail to start",
            advice: "raise TasksMax= in jobd's unit (systemctl edit)")
    }

    private var journal: ExamineCall.Finding {
        guard hasJournal else {
            return .init(
                "journal", .note, "no journal listens: what happens to jobs is told on stderr only",
                advice: "jobctl show and jobctl logs have it all; under systemd the journal has it too")
        }
        return .init("journal", .ok, "it listens, and has what happens to jobs: journalctl JOBD_JOB=ID")
    }

    private var configuration: ExamineCall.Finding {
        let file = configurationFile ?? "no file: the defaults hold"
        switch pending {
        case .nothing: return .init("configuration", .ok, file)
        case .changes(let changes):
            return .init(
                "configuration", .note,
                "\(file) says something that does not hold yet: \(changes.joined(separator: "; "))",
                advice: "jobctl daemon reload")
        case .mistake(let mistake):
            return .init(
                "configuration", .problem,
                "what is in the file cannot hold, and jobd would not start with it: "
                    + mistake.split(separator: "\n").joined(separator: "; "),
                advice: "mend it, see that jobd --check-config is content, and say jobctl daemon reload")
        }
    }

    private var metricsFinding: ExamineCall.Finding {
        guard let metricsProblem else {
            return .init("metrics", .ok, "can be fetched at \(metrics?.description ?? "")")
        }
        return .init(
            "metrics", .problem, metricsProblem,
            advice: "give them another address ([metrics] listen), and say jobctl daemon reload")
    }
}
