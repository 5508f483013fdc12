import Glibc
import Kernel
import Testing
import Threading

/// Processes, signals and accounts.
@Suite(.serialized)
struct ProcessTests {
    @Test("the process table shows a child with its parent, its session and its environment")
    func table() throws {
        setenv("JOBD_KERNEL_TEST", "mark (1) 2", 1)
        let child = try spawn(["/bin/sleep", "300"])
        unsetenv("JOBD_KERNEL_TEST")
        let entry = try #require(try ProcessTable.entries().first { $0.id == child })
        #expect(entry.parent == getpid() && entry.session == getsid(0) && !entry.isZombie && !entry.isStopped)
        #expect(try ProcessTable.environment(of: child).contains("JOBD_KERNEL_TEST=mark (1) 2"))
        var info = siginfo_t()
        kill(child, SIGSTOP)
        #expect(waitid(P_PID, id_t(child), &info, WSTOPPED | WNOWAIT) == 0)
        #expect(try ProcessTable.entries().first { $0.id == child }?.isStopped == true)
        kill(child, SIGKILL)
        #expect(waitid(P_PID, id_t(child), &info, WEXITED | WNOWAIT) == 0)
        #expect(try ProcessTable.entries().first { $0.id == child }?.isZombie == true)
        waitpid(child, nil, 0)
        #expect(try !ProcessTable.entries().contains { $0.id == child })
        #expect(try ProcessTable.environment(of: child) == [])
    }

    @Test("a program's name may hold what it likes")
    func oddName() throws {
        let folder = try KernelFolder()
        let path = folder.file("a) R 1 (b")
        #expect(symlink("/bin/sleep", path) == 0)
        let child = try spawn([path, "300"])
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        let entry = try #require(try ProcessTable.entries().first { $0.id == child })
        #expect(entry.parent == getpid() && entry.session == getsid(0))
    }

    @Test("a signal that is blocked is waited for")
    func signals() throws {
        let taken = Promise<Int32>()
        let isBlocked = Event()
        let threadID = Monitor<pthread_t?>(nil)
        let thread = try DaemonThread(name: "signals") {
            let set = SignalSet([SIGUSR1, SIGUSR2])
            do {
                try set.block()
                threadID.withLock { $0 = pthread_self() }
                isBlocked.set()
                taken.succeed(try set.wait())
            } catch {
                taken.fail(error)
            }
        }
        try #require(isBlocked.wait(until: .after(patience)))
        let target = try #require(threadID.withLock { $0 })
        pthread_kill(target, SIGUSR2)
        #expect(try taken.future.result(until: .after(patience)) == SIGUSR2)
        thread.join()
    }

    @Test("an account is found by number and by name")
    func accounts() throws {
        let root = try #require(try Account.of(user: 0))
        #expect(root.name == "root" && root.user == 0 && root.group == 0 && root.home == "/root")
        #expect(try Account.named("root") == root)
        #expect(try root.groups(with: 0).contains(0))
        #expect(try root.groups(with: 12_345).contains(12_345))
        #expect(try Account.of(user: 3_999_999_123) == nil)
        #expect(try Account.named("no such user") == nil)
        #expect(try Account.named("") == nil)
        #expect(try Group.number(of: "root") == 0)
        #expect(try Group.number(of: "no such group") == nil)
    }

    @Test("the host has a name and processors")
    func host() throws {
        #expect(!Host.name.isEmpty && Host.processorCount > 0)
        #expect(ProcessEnvironment.variables["PATH"] == getenv("PATH").map { String(cString: $0) })
    }
}
