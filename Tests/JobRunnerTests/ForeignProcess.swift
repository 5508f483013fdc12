import Glibc
import Jobs
import Kernel
import Testing

/// A process with the marks of an attempt that the code under test did not start: what an earlier daemon left behind.
final class ForeignProcess {
    let id: Int32
    private var isReaped = false

    /// Starts a shell script, in a session of its own and in `cgroup` where there is one, and waits until it is there.
    init(script: String, store: String, attempt: AttemptID, cgroup: Cgroup?) throws {
        let ready = try Pipe()
        // The shell joins the group before anything else, tells by closing fd 3, and becomes the script.
        let join = cgroup.map { "echo $$ > \($0.path)/cgroup.procs || exit 99; " } ?? ""
        let arguments = ["/usr/bin/setsid", "/bin/sh", "-c", "\(join)exec 3>&-; \(script)"]
        let environment = [
            "PATH=/usr/bin:/bin", "JOBD_STORE=\(store)", "JOBD_ID=\(attempt.job)", "JOBD_ATTEMPT=\(attempt.number)",
        ]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ready.writing.rawValue, 3)
        let argumentPointers = arguments.map { strdup($0) } + [nil]
        let environmentPointers = environment.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, arguments[0], &actions, nil, argumentPointers, environmentPointers)
        try #require(code == 0)
        id = process
        let reading = ready.takeReading()
        var poller = Poller()
        poller.add(reading.rawValue, for: .reading)
        try #require(try poller.wait(until: .now + RunnerHarness.patience))
    }

    /// Whether it is there and not only its exit record.
    var isAlive: Bool {
        ((try? ProcessTable.entries()) ?? []).contains { $0.id == id && !$0.isZombie }
    }

    /// Kills it if it lives, and takes its exit record.
    func end() {
        guard !isReaped else { return }
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
        isReaped = true
    }

    deinit { end() }
}
