import Glibc
import Threading

/// Many addresses fetched at once through a pool: results in the order of the addresses, an error for each that failed.
///
///     fetch-all URL…                uses the system's curl; exits with 1 when anything failed
@main struct FetchAll {
    static func main() throws {
        let addresses = CommandLine.arguments.dropFirst()
        let failures = try withThreadPool(maxWorkers: 8, namePrefix: "fetch") { pool in
            var failures = 0
            let results = try pool.map(addresses, buffer: 100) { address in try fetch(address) }
            for (address, result) in zip(addresses, results) {
                switch result {
                case .success(let answer): print("\(address): \(answer)")
                case .failure(let error):
                    print("\(address): failed: \(error)")
                    failures += 1
                }
            }
            return failures
        }
        exit(failures == 0 ? 0 : 1)
    }
}

struct FetchError: Error, CustomStringConvertible {
    let description: String
}

/// Status and size of the answer at `address`, as curl gives them.
func fetch(_ address: String) throws -> String {
    let format = "status %{http_code}, %{size_download} bytes"
    let (status, output) = try run([
        "curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--output", "/dev/null", "--write-out",
        format,
        "--url", address,
    ])
    guard status == 0 else { throw FetchError(description: "curl ended with \(status)") }
    return output
}

/// Runs a program and gives its exit status and what it printed.
///
/// Blocks until it has ended: that is what the threads are for.
func run(_ command: [String]) throws -> (status: Int32, output: String) {
    // A pair of sockets, because a pipe cannot be made here so that other threads' children do not inherit it.
    var pipe: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pipe) == 0 else { throw FetchError(description: "no socket pair: \(errno)") }
    defer { close(pipe[0]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)

    // Our threads block all signals, and a child inherits that; curl should be open to a SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    let error = posix_spawnp(&child, command[0], &actions, &attributes, &arguments, environ)
    close(pipe[1])
    guard error == 0 else { throw FetchError(description: "\(command[0]) could not be started: \(error)") }

    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(pipe[0], &buffer, buffer.count), count > 0 { output += buffer[..<count] }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, String(decoding: output, as: UTF8.self))
}
