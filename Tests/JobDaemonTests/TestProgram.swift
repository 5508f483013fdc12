import Glibc
import Kernel

/// Programs of this package, as processes.
enum TestProgram {
    /// The program beside the one that runs the tests.
    static func path(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer[..<max(0, count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
        // With the test runner of the toolchain it is the bundle that lies beside the programs.
        let bundle = CommandLine.arguments.dropFirst().first { $0.hasSuffix(".xctest") } ?? own
        return String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)]) + "/\(name)"
    }

    /// Starts a program with a clean signal mask; its stderr goes to a file.
    static func start(_ arguments: [String], environment: [String], errors: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let inherited = ProcessEnvironment.variables.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = (environment + inherited).map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw SystemError(call: "posix_spawn \(arguments[0])", code: code) }
        return process
    }

    /// Waits for a child's end: its exit code, or 128 and the signal.
    static func waitForExit(of process: Int32, within patience: Duration) throws -> Int32 {
        let handle = try ProcessHandle(child: process)
        var poller = Poller()
        poller.add(handle.rawValue, for: .reading)
        guard try poller.wait(until: .now + patience) else {
            kill(process, SIGKILL)
            _ = try handle.wait()
            throw TestFailure("process \(process) did not end")
        }
        switch try handle.wait().status {
        case .exited(let code): return code
        case .signalled(let signal): return 128 + signal
        }
    }
}
