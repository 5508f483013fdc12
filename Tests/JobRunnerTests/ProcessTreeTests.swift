import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// All processes of an attempt end with it, wherever they hide.
@Suite(.serialized)
struct ProcessTreeTests {
    @Test("what a job leaves behind when it ends is killed at once", arguments: Keeping.available)
    func killsLeftovers(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = """
            trap '' TERM
            sleep 300 &
            setsid sleep 301 &
            ( setsid sh -c 'sleep 302 & exec sleep 303' & )
            exit 3
            """
        let begin = BootTime.now
        #expect(try harness.run(script: script).outcome == .exited(code: 3))
        #expect(BootTime.now < begin + .seconds(20), "it waited for its grace")
        try harness.expectNothingLeft()
    }

    @Test("what is just becoming another program when its job ends is not overlooked", arguments: Keeping.available)
    func becomingAnother(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        // While it executes a program, a process shows no environment.
        for _ in 0..<40 {
            #expect(try harness.run(script: "( setsid sleep 300 & ); kill -9 $$").outcome == .signalled(9))
            let left = try harness.processes()
            #expect(left == [])
            for process in left { kill(process, SIGKILL) }
        }
    }

    @Test(
        "a process that leaves the session and wipes its environment is killed with its cgroup",
        .enabled(if: Keeping.hasCgroups))
    func nothingEscapes() throws {
        let harness = try RunnerHarness(.cgroup)
        let script = """
            ( setsid env -i sh -c 'echo $$ > escaped.new; mv escaped.new escaped; exec sleep 300' & )
            while ! [ -e escaped ]; do sleep 0.01; done
            """
        #expect(try harness.run(script: script).outcome == .exited(code: 0))
        let text = String(decoding: try FileContent.read(harness.folder.file("escaped")), as: UTF8.self)
        let escaped = try #require(Int32(text.dropLast()))
        #expect(!(try ProcessTable.entries()).contains { $0.id == escaped && !$0.isZombie })
        try harness.expectNothingLeft()
    }

    @Test("a tree that forks again and again does not get away", .enabled(if: Keeping.hasCgroups))
    func nothingOutruns() throws {
        let harness = try RunnerHarness(.cgroup)
        // Each generation starts the next one in a session of its own and ends; the file stops them all.
        let hop = "#!/bin/sh\ntrap '' TERM\n[ -e stop ] && exit\nsetsid ./hop &\n"
        _ = try harness.folder.write(hop.utf8, to: "hop", mode: 0o755)
        defer { _ = try? harness.folder.write([], to: "stop") }
        #expect(try harness.run(script: "./hop; exit 2").outcome == .exited(code: 2))
        try harness.expectNothingLeft()
    }

    @Test("a tree of many processes is killed whole", arguments: Keeping.available)
    func many(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap '' TERM; i=0; while [ $i -lt 40 ]; do setsid sleep 300 & i=$((i+1)); done; echo ready; wait"
        let attempt = try harness.start(script, killAfter: .zero)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    #if arch(x86_64) || arch(arm64)
        @Test(
            "a process whose first thread has ended is killed with its others",
            .enabled(if: access("/usr/bin/python3", X_OK) == 0), arguments: Keeping.available)
        func firstThreadGone(keeping: Keeping) throws {
            #if arch(x86_64)
                let exitThread = 60
            #else
                let exitThread = 93
            #endif
            let harness = try RunnerHarness(keeping)
            let program = """
                import ctypes, os, threading, time
                threading.Thread(target=lambda: time.sleep(300)).start()
                open("number.new", "w").write(str(os.getpid()))
                os.rename("number.new", "number")
                ctypes.CDLL(None).syscall(\(exitThread), 0)
                """
            _ = try harness.folder.write(program.utf8, to: "threads.py")
            // Field 3 of /proc/<pid>/stat is Z when the first thread has ended, while the process lives.
            let script = """
                /usr/bin/python3 threads.py &
                while ! grep -qs '^State:.Z' /proc/$!/status; do sleep 0.01; done
                echo ready
                exec sleep 300
                """
            let attempt = try harness.start(script, killAfter: .zero)
            let text = String(decoding: try FileContent.read(harness.folder.file("number")), as: UTF8.self)
            let process = try #require(Int32(text))
            defer {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
            }
            #expect(try livingThreads(of: process) > 0)
            attempt.control.stop(because: .cancel)
            #expect(try attempt.end().outcome == .cancelled)
            #expect(try livingThreads(of: process) == 0)
        }

        @Test(
            "a process that a job made a child of the daemon's is killed with it",
            .enabled(if: access("/usr/bin/python3", X_OK) == 0), arguments: Keeping.available)
        func givenAway(keeping: Keeping) throws {
            #if arch(x86_64)
                let clone = 56
            #else
                let clone = 220
            #endif
            let harness = try RunnerHarness(keeping)
            // CLONE_PARENT | SIGCHLD: its parent is that of the job's first process.
            let program = """
                import ctypes, os
                child = ctypes.CDLL(None).syscall(\(clone), 0x8000 | 17, 0, 0, 0, 0)
                if child == 0: os.execv("/bin/sleep", ["sleep", "300"])
                open("number", "w").write(str(child))
                """
            _ = try harness.folder.write(program.utf8, to: "give.py")
            #expect(try harness.run(harness.order(["/usr/bin/python3", "give.py"])).outcome == .exited(code: 0))
            let text = String(decoding: try FileContent.read(harness.folder.file("number")), as: UTF8.self)
            let process = try #require(Int32(text))
            let entry = try harness.entry(process)
            #expect(entry.map(\.isZombie) ?? true, "it lives")
            if keeping == .cgroup { waitpid(process, nil, 0) }
            try harness.expectNothingLeft()
        }
    #endif

    /// The threads of a process that are more than an exit record.
    private func livingThreads(of process: Int32) throws -> Int {
        let threads = (try? Directory.names(in: "/proc/\(process)/task")) ?? []
        return threads.filter { thread in
            // A thread that ends while we look has no status any more.
            guard let status = try? FileContent.read("/proc/\(process)/task/\(thread)/status") else { return false }
            let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
            return !lines.contains { $0.hasPrefix("State:\tZ") || $0.hasPrefix("State:\tX") }
        }.count
    }

    @Test("a tree is not called empty when nothing could be looked at", arguments: Keeping.available)
    func cannotLook(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = AttemptID(job: JobID(rawValue: 9), number: 1)
        let tree = try harness.containment.makeTree(for: attempt)
        defer { tree.end() }
        let process = try ForeignProcess(
            script: "trap '' TERM; exec sleep 300", store: harness.store, attempt: attempt, cgroup: tree.cgroup)
        defer { process.end() }
        let claimed = try withoutDescriptors { tree.killAll(until: .now + .milliseconds(50)) }
        let isAlive = process.isAlive
        #expect(!claimed || !isAlive, "the tree was said to be empty while a process of it lives")
        #expect(tree.killAll(until: .now + RunnerHarness.patience))
    }

    /// Runs `body` while this process can open nothing.
    private func withoutDescriptors<Result>(_ body: () throws -> Result) throws -> Result {
        var before = rlimit()
        try systemCall("getrlimit") { getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) }
        var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
        try systemCall("setrlimit") { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) }
        defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) }
        return try body()
    }
}
