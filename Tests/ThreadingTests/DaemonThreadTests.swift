import Foundation
import Testing
import Threading

@Suite("DaemonThread") struct DaemonThreadTests {
    @Test("a thread runs its body, and join waits for its end") func runsAndJoins() throws {
        let ran = Event()
        let thread = try DaemonThread(name: "runner") { ran.set() }
        thread.join()
        #expect(ran.isSet)
        thread.join()
        #expect(thread.join(until: .now))
    }

    @Test("join gives up at its deadline") func joinTimesOut() throws {
        let mayEnd = Event()
        let thread = try DaemonThread(name: "sleeper") { mayEnd.wait(until: .minute) }
        #expect(!thread.join(until: .briefly))
        mayEnd.set()
        #expect(thread.join(until: .minute))
    }

    @Test("many threads may join one") func manyJoin() throws {
        let mayEnd = Event()
        let thread = try DaemonThread(name: "joined") { mayEnd.wait(until: .minute) }
        try concurrently([{ mayEnd.set() }] + Array(repeating: { #expect(thread.join(until: .minute)) }, count: 3))
    }

    @Test(
        "the kernel knows the name's first 15 bytes",
        arguments: [
            ("short", "short"), ("exactly-15-byte", "exactly-15-byte"), ("more than 15 bytes", "more than 15 by"),
            ("fourteen bytesä", "fourteen bytes"),
        ])
    func kernelName(name: String, kept: String) throws {
        let seen = Monitor("")
        let thread = try DaemonThread(name: name) {
            let comm = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
            seen.withLock { $0 = (comm ?? "").trimmingCharacters(in: .newlines) }
            #expect(DaemonThread.currentName == name)
        }
        thread.join()
        #expect(thread.name == name)
        #expect(seen.withLock { $0 } == kept)
        #expect(DaemonThread.currentName == nil)
    }

    @Test("all signals are blocked in it") func signalsBlocked() throws {
        let mask = Monitor("")
        try DaemonThread(name: "masked") {
            let status = (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
            mask.withLock { $0 = String(line ?? "") }
        }.join()
        // All but KILL (9), STOP (19), and the two that glibc keeps for itself (32 and 33).
        #expect(mask.withLock { $0 } == "SigBlk:\tfffffffe7ffbfeff")
    }

    @Test("a dropped thread runs on") func detached() throws {
        let mayEnd = Event()
        let ended = Event()
        _ = try DaemonThread(name: "dropped") {
            mayEnd.wait(until: .minute)
            ended.set()
        }
        mayEnd.set()
        #expect(ended.wait(until: .minute))
    }

    @Test("a stack that the system cannot give is an error") func stackTooLarge() throws {
        let error = #expect(throws: ThreadError.self) {
            try DaemonThread(name: "huge", stackSize: 1 << 60) {}
        }
        #expect(error?.name == "huge")
        #expect(error.map { "\($0)" }?.contains("\"huge\" could not be started") == true)
        #expect(throws: ThreadError.self) { try DaemonThread(name: "tiny", stackSize: 1) {} }
    }

    @Test("a thread that the kernel refuses is an error") func refused() async {
        await #expect(processExitsWith: .success) {
            allowNoMoreThreads()
            do {
                _ = try DaemonThread(name: "one too many") {}
                fatalError("the kernel gave a thread")
            } catch {
                precondition((error as? ThreadError)?.code == EAGAIN)
            }
        }
    }

    @Test("an executor whose first thread is refused says so; one that has threads goes on") func refusedWorker() async
    {
        await #expect(processExitsWith: .success) {
            let told = Event()
            let pool = ThreadPoolExecutor(maxWorkers: 2, onStartFailure: { _ in told.set() })
            let mayEnd = Event()
            let first = try pool.submit { mayEnd.wait(until: .minute) }
            allowNoMoreThreads()
            let second = try pool.submit { 2 }
            precondition(told.isSet)
            mayEnd.set()
            let isFirstDone = try first.result(until: .minute)
            precondition(isFirstDone)
            let two = try second.result(until: .minute)
            precondition(two == 2)
            do {
                try ThreadPoolExecutor(maxWorkers: 1).submit {}
                fatalError("the kernel gave a thread")
            } catch {
                precondition(error is ThreadError)
            }
        }
    }

    @Test("joining itself is a trap") func joinItself() async {
        await #expect(processExitsWith: .failure) {
            let itself = Monitor<DaemonThread?>(nil)
            let known = Event()
            let thread = try DaemonThread(name: "ouroboros") {
                known.wait()
                itself.withLock { $0 }?.join()
            }
            itself.withLock { $0 = thread }
            known.set()
            thread.join()
        }
    }

    @Test("a program may end while a thread still waits") func endsWithProgram() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let started = Event()
            let thread = try DaemonThread(name: "endless") {
                started.set()
                Event().wait()
            }
            started.wait()
            withExtendedLifetime(thread) { exit(7) }
        }
    }

    @Test("the stack is as large as asked for", arguments: [256 << 10, 64 << 20]) func stackSize(bytes: Int) throws {
        /// Goes down `depth` times and uses at least 512 bytes of stack each time.
        @Sendable func descend(_ depth: Int) -> Int {
            withUnsafeTemporaryAllocation(byteCount: 512, alignment: 16) { memory in
                memory.storeBytes(of: 1, as: UInt8.self)
                return depth == 0 ? 0 : descend(depth - 1) + Int(memory.load(as: UInt8.self))
            }
        }
        let ran = Event()
        try DaemonThread(name: "stack", stackSize: bytes) {
            // A stack that is too small would end the process.
            #expect(descend(bytes / 8_192) == bytes / 8_192)
            ran.set()
        }.join()
        #expect(ran.isSet)
    }

    @Test("threads may start threads") func threadFromThread() throws {
        let ran = CountDownLatch(count: 3)
        try concurrently(3) { _ in
            let inner = try? DaemonThread(name: "inner") { ran.countDown() }
            inner?.join()
        }
        #expect(ran.wait(until: .minute))
    }
}

/// Takes from this process the right to start threads.
///
/// Root is not bound by that limit, so it becomes nobody first.
private func allowNoMoreThreads() {
    if geteuid() == 0 { precondition(setuid(65_534) == 0) }
    var none = rlimit(rlim_cur: 1, rlim_max: 1)
    precondition(setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &none) == 0)
}
