import Glibc
import Kernel

/// A folder of its own for one test, removed with all it holds when the test lets go of it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/jobd-runner-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try Directory.make(path, mode: 0o700)
    }

    deinit { Self.remove(path) }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    func write(_ bytes: some Sequence<UInt8>, to name: String, mode: mode_t = 0o644) throws -> String {
        let file = try Descriptor.open(self.file(name), O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        try file.write(all: Array(bytes))
        return self.file(name)
    }

    func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    private static func remove(_ path: String) {
        for name in (try? Directory.names(in: path)) ?? [] {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }
}
