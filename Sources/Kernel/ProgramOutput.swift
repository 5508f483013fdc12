import Glibc

/// What a program prints, for programs that are asked something.
package enum ProgramOutput {
    /// More of it is not read.
    private static let longest = 1 << 20

    /// Runs a program, found by PATH, with nothing on stdin and stderr.
    ///
    /// - Parameter patience: how long it may take; it is killed then.
    /// - Returns: what it wrote to stdout; `nil` where it could not be run, failed, or took too long.
    package static func of(_ arguments: [String], within patience: Duration) throws(SystemError) -> String? {
        let pipe = try Pipe.forOutput()
        guard let process = start(arguments, stdout: pipe.writing.rawValue) else { return nil }
        let output = pipe.takeReading()
        let text = try read(output, until: .now + patience)
        if text == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        try systemCall("waitpid") { unsafe waitpid(process, &status, 0) }
        return status == 0 ? text : nil
    }

    private static func start(_ arguments: [String], stdout: Int32) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, stdout, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
        return code == 0 ? process : nil
    }

    /// - Returns: `nil` where its end did not come in time.
    private static func read(_ output: borrowing Descriptor, until deadline: BootTime) throws(SystemError) -> String? {
        var text: [UInt8] = []
        var poller = Poller()
        poller.add(output.rawValue, for: .reading)
        while try poller.wait(until: deadline) {
            guard let bytes = try output.read(upTo: 16 * 1024) else { continue }
            if bytes.isEmpty { return String(decoding: text, as: UTF8.self) }
            text += bytes
            if text.count > longest { return nil }
        }
        return nil
    }
}
