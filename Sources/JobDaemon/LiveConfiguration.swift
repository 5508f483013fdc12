import JobService
import Jobs
import Logging
import Threading

/// The configuration that holds now, and how another one takes its place while the daemon runs.
final class LiveConfiguration: Sendable {
    private let source: ConfigurationSource
    private let hasSystemd: Bool
    private let processes: Abilities
    private let isRoot: Bool
    private let current: Monitor<Current>
    private let reloadEnded = Condition()

    private struct Current {
        var configuration: Configuration
        /// The file that said so, where there was one.
        var file: String?
        var isReloading = false
    }

    /// - Parameters:
    ///   - processes: what can be done for jobs that run as processes of the daemon.
    ///   - hasSystemd: whether there is a systemd that could run jobs as units.
    /// - Throws: `unable` where it asks for what cannot be had here.
    init(
        _ configuration: Configuration, file: String?, source: ConfigurationSource, processes: Abilities,
        hasSystemd: Bool, isRoot: Bool
    ) throws(DaemonFailure) {
        self.source = source
        self.processes = processes
        self.hasSystemd = hasSystemd
        self.isRoot = isRoot
        current = Monitor(Current(configuration: configuration, file: file))
        try check(configuration, file)
    }

    var configuration: Configuration { current.withLock { $0.configuration } }

    /// The file that said so, where there was one.
    var file: String? { current.withLock { $0.file } }

    /// What can be done for jobs here, by the configuration.
    var abilities: Abilities { abilities(by: configuration) }

    /// What the service runs by.
    var serviceSettings: ServiceSettings { configuration.service(abilities, isRoot: isRoot) }

    /// Reads the file again and lets it hold: all of it, or nothing.
    ///
    /// Who comes while another one reloads waits for that, and reads the file once more.
    ///
    /// - Parameter apply: lets everybody go by it.
    /// - Returns: what has changed, each as a sentence for people.
    /// - Throws: `configuration` or `unable`, and what `apply` throws; the old configuration holds on then.
    func reload(_ apply: (Configuration, ServiceSettings) throws -> Void) throws -> [String] {
        _ = current.wait(on: reloadEnded) { current -> Bool? in
            guard !current.isReloading else { return nil }
            current.isReloading = true
            return true
        }
        defer {
            current.withLock { $0.isReloading = false }
            reloadEnded.signal()
        }
        let new: Configuration
        let file: String?
        do throws(ConfigurationError) {
            (new, file) = try source.read()
        } catch {
            throw DaemonFailure.configuration(error)
        }
        try check(new, file)
        try apply(new, new.service(abilities(by: new), isRoot: isRoot))
        return current.withLock { current in
            defer { (current.configuration, current.file) = (new, file) }
            return new.changes(since: current.configuration)
        }
    }

    /// What the file would change if it were read now.
    enum Pending: Sendable, Hashable {
        case nothing
        /// Each a sentence for people.
        case changes([String])
        /// It cannot hold: what is wrong with it.
        case mistake(String)
    }

    /// Looks at the file without letting it hold.
    func pending() -> Pending {
        do throws(ConfigurationError) {
            let (new, file) = try source.read()
            let problems = new.problems(with: abilities(by: new))
            guard problems.isEmpty else { return .mistake("\(DaemonFailure.unable(problems, file: file))") }
            let changes = new.changes(since: configuration)
            return changes.isEmpty ? .nothing : .changes(changes)
        } catch {
            return .mistake("\(error)")
        }
    }

    /// Reads the file, and lets nothing hold of it.
    ///
    /// - Throws: `configuration` or `unable`.
    func check() throws(DaemonFailure) {
        let new: Configuration
        let file: String?
        do throws(ConfigurationError) {
            (new, file) = try source.read()
        } catch {
            throw .configuration(error)
        }
        try check(new, file)
    }

    private func abilities(by configuration: Configuration) -> Abilities {
        var abilities = processes
        abilities.units = !hasSystemd ? .noSystemd : configuration.mayBeUnits ? .available : .forbidden
        return abilities
    }

    private func check(_ configuration: Configuration, _ file: String?) throws(DaemonFailure) {
        let problems = configuration.problems(with: abilities(by: configuration))
        guard problems.isEmpty else { throw .unable(problems, file: file) }
    }
}
