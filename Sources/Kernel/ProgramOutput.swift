import Glibc

/// What a program says when it is run.
package struct ProgramOutput: Sendable {
    package let output: String
    package let errors: String

    /// At most so many bytes of each are read.
    private static let longest = 64 * 1024

    /// Runs a program, found by PATH, with nothing to read and a clean signal mask, until it ends or the deadline passes; then it is
    /// killed.
    ///
    /// How it ended is not told: another part of this process may wait for all children.
    package init(of path: String, _ arguments: [String], until deadline: BootTime) throws(SystemError) {
        let output = try Pipe.forOutput()
        let errors = try Pipe.forOutput()
        let process = try Self.start(
            path, arguments, output: output.writing.rawValue, errors: errors.writing.rawValue)
        defer {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        let ends = [output.takeReading().release(), errors.takeReading().release()].map(Reading.init)
        var texts: [[UInt8]] = [[], []]
        var poller = Poller()
        for end in ends { poller.add(end.descriptor.rawValue, for: .reading) }
        var open = ends.count
        while open > 0, try poller.wait(until: deadline) {
            for (index, end) in ends.enumerated() where poller.isReady(at: index) {
                let bytes = try end.descriptor.read(upTo: Self.longest) ?? []
                texts[index] += bytes.prefix(Self.longest - texts[index].count)
                if bytes.isEmpty {
                    poller.ignore(at: index)
                    open -= 1
                }
            }
        }
        self.output = String(decoding: texts[0], as: UTF8.self)
        self.errors = String(decoding: texts[1], as: UTF8.self)
    }

    /// A pipe's end in an array, which holds no descriptors themselves.
    private final class Reading {
        let descriptor: Descriptor

        init(_ number: Int32) { descriptor = Descriptor(owning: number) }
    }

    private static func start(
        _ path: String, _ arguments: [String], output: Int32, errors: Int32
    ) throws(SystemError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawnp(&process, path, &actions, &attributes, &words, environ)
        guard code == 0 else { throw SystemError(call: "execve \(path)", code: code) }
        return process
    }
}
