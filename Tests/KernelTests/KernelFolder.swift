import Glibc
import Kernel

/// A folder of its own for one test, removed with all it holds when the test lets go of it.
final class KernelFolder {
    let path: String

    init() throws {
        path = "/tmp/jobd-kernel-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try Directory.make(path, mode: 0o700)
    }

    deinit { Self.remove(path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    private static func remove(_ path: String) {
        for name in (try? Directory.names(in: path)) ?? [] {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }
}

/// No test waits longer for anything.
let patience = Duration.seconds(20)

/// The open descriptors of this process.
func openDescriptors() throws -> Set<Int32> {
    // The one by which the folder is read is in the list and gone after it.
    Set(try Directory.names(in: "/proc/self/fd").compactMap { Int32($0) }.filter { fcntl($0, F_GETFD) != -1 })
}

/// Starts a program with the environment of this process; the caller reaps it.
func spawn(_ arguments: [String]) throws -> Int32 {
    let pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, arguments[0], nil, nil, pointers, environ)
    guard code == 0 else { throw SystemError(call: "posix_spawn", code: code) }
    return process
}
