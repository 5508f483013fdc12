import ArgumentParser
import Glibc
import Kernel

/// Where jobctl was started.
enum WorkingDirectory {
    /// A path as it counts from there; nothing is looked up.
    static func absolute(_ path: String?) throws -> String {
        if let path, path.hasPrefix("/") { return path }
        let current = try current()
        guard let path, path != "." else { return current }
        return current == "/" ? "/\(path)" : "\(current)/\(path)"
    }

    private static func current() throws -> String {
        guard let path = getcwd(nil, 0) else {
            throw ValidationError(
                "The current directory cannot be told (\(SystemError.text(of: errno))): name one with --directory.")
        }
        defer { free(path) }
        // Not repaired: that would be another directory.
        guard let current = String(validatingCString: path) else {
            throw ValidationError("The current directory's path is not UTF-8: name another one with --directory.")
        }
        return current
    }
}
