import Glibc
import Jobs
import Kernel
import Systemd

/// All properties of the transient unit that an attempt runs as.
struct UnitSettings {
    typealias Property = SystemdConnection.Property

    let order: AttemptOrder
    let identity: Identity
    let environment: JobEnvironment
    /// The folder from which systemd takes the secrets for its own; `nil` where there are none.
    let secrets: String?
    /// The names of the variables that the manager gives to its units.
    let inherited: [String]
    /// What its processes get where the manager has no control group to hold the job to its limits.
    let ceilings: ProcessLimits
    /// The soft limit of open files; `nil` leaves the manager's.
    let openFileLimit: UInt64?
    /// The hard limit that the manager gives, by the name in `DefaultLimitNOFILE`.
    let hardLimit: (String) -> UInt64

    /// Whether it may have what its submitter has not: root may, and a manager that is the user's own sees to it.
    var mayWiden: Bool { identity.change.map { $0.user == 0 } ?? true }

    /// The properties, with descriptors for stdout and stderr, and for stdin where that is no file.
    ///
    /// - Throws: why one that the job asks for cannot be set, or what its user may not have.
    func properties(input: Int32, output: Int32, errors: Int32) throws(UnitFailure) -> [Property] {
        let own = try asked()
        let isDynamic = own.contains(Property("DynamicUser", .boolean(true)))
        let properties =
            frame + command + (isDynamic ? [] : account) + surroundings(isDynamic) + (try wishes()) + resources
            + (try standardInput(input)) + credentials
            + [
                Property("StandardOutputFileDescriptor", .descriptor(output)),
                Property("StandardErrorFileDescriptor", .descriptor(errors)),
            ] + own + forced
        try UnitText.check(properties)
        return properties
    }

    /// What the job asks for itself.
    private func asked() throws(UnitFailure) -> [Property] {
        var properties: [Property] = []
        for property in order.properties {
            do {
                properties += try UnitProperties.converted(property, allowing: mayWiden)
            } catch {
                throw .refused("\(property.name): \(error.reason)")
            }
        }
        return properties
    }

    /// What makes it a unit that runs once, and is gone with all its processes when the program has ended.
    private var frame: [Property] {
        [
            Property("Description", .string("jobd job \(order.id.job), attempt \(order.id.number)")),
            Property("Type", .string("exec")),
            // It stays loaded until its result is read, and goes with our connection, however that ends.
            Property("AddRef", .boolean(true)),
            Property("CollectMode", .string("inactive-or-failed")),
            Property("KillMode", .string("control-group")),
            Property("KillSignal", .int32(order.killSignal.rawValue)),
            Property("SendSIGKILL", .boolean(true)),
            Property("TimeoutStopUSec", .uint64(stopTime)),
            Property("OOMPolicy", .string("kill")),
            Property("IgnoreSIGPIPE", .boolean(false)),
            Property("LogExtraFields", .array(logFields.map { .bytes($0.utf8) }, of: "ay")),
            Property("CPUAccounting", .boolean(true)),
            Property("MemoryAccounting", .boolean(true)),
            Property("IOAccounting", .boolean(true)),
            Property("NoNewPrivileges", .boolean(!order.mayGainPrivileges)),
        ]
    }

    /// 0 would be no limit to systemd.
    private var stopTime: UInt64 { UInt64(max(1, order.killAfter / .microseconds(1))) }

    private var logFields: [String] {
        ["JOBD_JOB=\(order.id.job)", "JOBD_ATTEMPT=\(order.id.number)", "JOBD_QUEUE=\(order.queue.text)"]
    }

    private var command: [Property] {
        let line = BusValue.structure([
            .string(executable), .strings(order.command.arguments), .strings(["no-env-expand"]),
        ])
        return [Property("ExecStartEx", .array([line], of: "(sasas)"))]
    }

    /// The file that is run; where there is none, the first place where it could be.
    var executable: String {
        let candidates = environment.executables(for: order.command.arguments[0]).map(absolute)
        return candidates.first(where: Self.isExecutable) ?? candidates[0]
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    var directory: String { order.command.directory ?? identity.account.home }

    private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }

    private var account: [Property] {
        guard let change = identity.change else { return [] }
        return [
            Property("User", .string("\(change.user)")),
            Property("Group", .string("\(change.group)")),
            Property("SupplementaryGroups", .strings(change.groups.map(String.init))),
        ]
    }

    private func surroundings(_ isDynamic: Bool) -> [Property] {
        [
            Property(
                "Environment",
                .strings(isDynamic ? environment.entriesWithoutAccount(order) : environment.entries)),
            Property("UnsetEnvironment", .strings(foreign)),
            Property("UMask", .uint32(order.surroundings.fileMask)),
            Property("WorkingDirectory", .string(workingDirectory(isDynamic))),
        ]
    }

    /// A job's environment is made from nothing: what the manager adds goes, but for the unit's INVOCATION_ID.
    private var foreign: [String] {
        let own = Set(environment.entries.map { String($0.prefix { $0 != "=" }) })
        return Set(inherited + ["MANAGERPID", "MANAGERPIDFDID", "SYSTEMD_EXEC_PID"]).subtracting(own).sorted()
    }

    /// A home that the unit does not see, as with ProtectHome=yes, is no reason not to run.
    private func workingDirectory(_ isDynamic: Bool) -> String {
        if let directory = order.command.directory { return directory }
        return isDynamic || identity.account.home.isEmpty ? "/" : "-\(identity.account.home)"
    }

    private var resources: [Property] {
        let resources = order.resources
        return [
            resources.memory.map { Property("MemoryMax", .uint64(UInt64($0))) },
            resources.swap.map { Property("MemorySwapMax", .uint64(UInt64($0))) },
            resources.cpu.map { Property("CPUQuotaPerSecUSec", .uint64(UInt64($0) * 10_000)) },
            resources.tasks.map { Property("TasksMax", .uint64(UInt64($0))) },
            resources.ioWeight.map { Property("IOWeight", .uint64(UInt64($0))) },
        ].compactMap(\.self)
    }

    private var credentials: [Property] {
        guard let secrets, !order.attachments.secrets.isEmpty else { return [] }
        let files = order.attachments.secrets.keys.sorted().map { name in
            BusValue.structure([.string(name.description), .string("\(secrets)/\(name)")])
        }
        return [Property("LoadCredential", .array(files, of: "(ss)"))]
    }

    /// systemd opens a file with its own rights: only for those who have them.
    private func standardInput(_ descriptor: Int32) throws(UnitFailure) -> [Property] {
        guard case .file(let path) = order.surroundings.input else {
            return [Property("StandardInputFileDescriptor", .descriptor(descriptor))]
        }
        guard mayWiden else { throw .step(StartFailure(step: .input, errno: EOPNOTSUPP)) }
        return [Property("StandardInputFile", .string(absolute(path)))]
    }

    /// A program that gains privileges must not be led astray by what its caller hid from it.
    private var forced: [Property] {
        mayWiden || order.properties.isEmpty ? [] : [Property("NoNewPrivileges", .boolean(true))]
    }
}

extension JobEnvironment {
    /// Without what tells of the submitter's account: systemd adds that of the user it makes.
    fileprivate func entriesWithoutAccount(_ order: AttemptOrder) -> [String] {
        let names: Set = ["HOME", "USER", "LOGNAME", "SHELL"]
        return entries.filter { entry in
            let name = String(entry.prefix { $0 != "=" })
            return !names.contains(name) || order.command.environment[name] != nil
        }
    }
}
