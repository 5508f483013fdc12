import Glibc
import Kernel

/// Where the configuration comes from.
struct ConfigurationSource: Sendable {
    let path: String
    /// Whether the file must be there; else the defaults hold without it.
    let isRequired: Bool
    /// What decides how many workers the queue `default` has.
    let processors: Int

    /// What the file says now, and its path where there is one.
    func read() throws(ConfigurationError) -> (configuration: Configuration, file: String?) {
        if !isRequired, access(path, F_OK) != 0, errno == ENOENT {
            return (Configuration(processors: processors), nil)
        }
        return (try ConfigurationFile.read(path, processors: processors), path)
    }
}
