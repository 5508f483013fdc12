import Glibc
import Kernel

/// Standard output or standard error: bytes go out as they are, at once.
struct StandardStream: Sendable {
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    static let error = StandardStream(descriptor: STDERR_FILENO)

    let descriptor: Int32

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The columns of the terminal; `nil` where it is none, or does not say.
    var width: Int? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            do {
                written += try systemCall("write to \(descriptor == STDOUT_FILENO ? "stdout" : "stderr")") {
                    bytes.withUnsafeBytes {
                        Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
                    }
                }
            } catch {
                // Somebody we share it with made it non-blocking.
                guard error.code == EAGAIN else { throw error }
                var poller = Poller()
                poller.add(descriptor, for: .writing)
                _ = try poller.wait()
            }
        }
    }

    func write(line: String) throws(SystemError) { try write(Array("\(line)\n".utf8)) }

    func write(lines: [String]) throws(SystemError) {
        try write(Array(lines.map { "\($0)\n" }.joined().utf8))
    }

    /// Says something to the person on stderr.
    static func say(_ text: String) {
        // If even this fails there is nobody left to tell.
        try? error.write(line: "jobctl: \(text)")
    }
}
