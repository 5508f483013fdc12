import Glibc
import Jobs
import Kernel
import Testing
import Threading

@testable import JobRunner

/// Starts that never get as far as the program.
@Suite(.serialized, .enabled(if: SystemCallFilter.isPossible))
struct SpawnGuardTests {
    @Test("a start that is stopped on its way is killed, and the next one works", arguments: [false, true])
    func stopped(withoutClone3: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        // So many programs to try take the child long enough to be met on its way.
        let missing = Array(repeating: folder.file("missing"), count: 50_000)
        let spawnGuard = SpawnGuard(patience: .seconds(1))
        let rules = withoutClone3 ? [SystemCallFilter.withoutClone3] : []
        let (isStopped, failure, next) = try SystemCallFilter.with(rules) {
            let thread = Self.ownThread
            let isStopped = Promise<Bool>()
            let stopper = try? DaemonThread(name: "stopper") { isStopped.succeed(Self.stopChild(of: thread)) }
            let failure = Self.start(missing, in: path, spawnGuard)
            stopper?.requestStop()
            stopper?.join()
            return (isStopped.future, failure, Self.start(["/bin/true"], in: path, spawnGuard))
        }
        #expect(try isStopped.result(until: .now))
        #expect(failure == StartFailure(step: .execute, errno: ETIMEDOUT))
        #expect(next == nil)
    }

    @Test(
        "a start that waits for a file system that does not answer is killed, and the next one works",
        .enabled(if: StuckFileSystem.isPossible), arguments: [false, true])
    func stuck(withoutClone3: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let files = try StuckFileSystem(at: folder.file("stuck"))
        defer { withExtendedLifetime(files) {} }
        let spawnGuard = SpawnGuard(patience: .milliseconds(200))
        let rules = withoutClone3 ? [SystemCallFilter.withoutClone3] : []
        let (failure, next) = try SystemCallFilter.with(rules) {
            let failure = Self.start(["/bin/true"], in: path + "/stuck/folder", spawnGuard)
            return (failure, Self.start(["/bin/true"], in: path, spawnGuard))
        }
        #expect(failure == StartFailure(step: .execute, errno: ETIMEDOUT))
        #expect(next == nil)
    }

    @Test("a start that fails in time is not called late")
    func failsByItself() throws {
        let folder = try TemporaryFolder()
        let failure = Self.start([folder.file("missing")], in: folder.path, SpawnGuard(patience: .seconds(30)))
        #expect(failure == StartFailure(step: .execute, errno: ENOENT))
    }

    /// Runs the first of the programs that is there to its end.
    ///
    /// - Returns: why none started; `nil` when one ran and ended well.
    private static func start(_ executables: [String], in directory: String, _ spawnGuard: SpawnGuard) -> StartFailure?
    {
        do throws(StartFailure) {
            let spawn = ProcessSpawn(
                executables: executables, arguments: ["program"], environment: [], directory: directory,
                identity: try .of(RunnerHarness.ownSubmitter, mayBeRoot: true, from: NameService()),
                surroundings: Surroundings(), mayGainPrivileges: false, openFileLimit: nil,
                ceilings: ProcessLimits([:]), spawnGuard: spawnGuard)
            let process = try spawn.start(
                standardInput: nothing(), standardOutput: STDERR_FILENO, standardError: STDERR_FILENO, cgroup: nil,
                joinsCgroup: false)
            guard (try? process.wait())?.status == .exited(code: 0) else {
                return StartFailure(step: .execute, errno: EPROTO)
            }
            return nil
        } catch {
            return error
        }
    }

    private static func nothing() throws(StartFailure) -> Descriptor {
        do {
            return try Descriptor.open("/dev/null", O_RDONLY)
        } catch {
            throw StartFailure(step: .input, errno: error.code)
        }
    }

    /// The number of the thread that asks; `/proc/thread-self` is `PID/task/TID`.
    private static var ownThread: Int32 {
        guard let path = realpath("/proc/thread-self", nil) else { return -1 }
        defer { free(path) }
        return String(cString: path).split(separator: "/").last.flatMap { Int32($0) } ?? -1
    }

    /// - Returns: whether it met a child before it was asked to end.
    private static func stopChild(of thread: Int32) -> Bool {
        while !DaemonThread.isStopRequested {
            if let child = ProcessTable.children(ofOwnThread: thread)?.first { return kill(child, SIGSTOP) == 0 }
        }
        return false
    }
}
