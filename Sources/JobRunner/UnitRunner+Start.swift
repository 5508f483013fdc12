import Jobs
import Kernel
import Glibc
import Systemd
import Threading

extension UnitRunner {
    /// Starts the unit of an attempt, which writes into these pipes.
    func start(_ order: AttemptOrder, _ pipes: borrowing AttemptOutput.Pipes) throws(UnitFailure) -> UnitHandle {
        let identity = try identity(of: order)
        let secrets = try layOutSecrets(of: order)
        let unit = try connect(to: order)
        let limits = try limits(of: order, identity, unit.manager)
        let settings = UnitSettings(
            order: order, identity: identity,
            environment: JobEnvironment(order: order, identity: identity, store: context.store), secrets: secrets,
            inherited: Self.variables(of: unit.manager),
            ceilings: limits.ceilings,
            openFileLimit: context.openFileLimit, hardLimit: { [self] in hardLimit($0, unit.manager) })
        if let bytes = order.attachments.input {
            let input = try memory(bytes)
            try start(unit, settings, pipes, input: input)
        } else {
            try start(unit, settings, pipes, input: nothing)
        }
        return unit
    }

    private func start(
        _ unit: UnitHandle, _ settings: UnitSettings, _ pipes: borrowing AttemptOutput.Pipes,
        input: borrowing Descriptor
    ) throws(UnitFailure) {
        let properties = try settings.properties(
            input: input.rawValue, output: pipes.output.writing.rawValue, errors: pipes.errors.writing.rawValue)
        do {
            try unit.start(properties)
        } catch {
            // An answer that did not come in time does not mean that nothing runs; an older unit of this name is not ours.
            if !error.name.hasSuffix("UnitExists") { kill(unit) }
            throw .bus(error)
        }
    }

    /// Puts the secrets where systemd finds them: as the daemon's own, so that nobody else does.
    ///
    /// - Returns: the folder that has them; `nil` where there are none.
    private func layOutSecrets(of order: AttemptOrder) throws(UnitFailure) -> String? {
        let secrets = order.attachments.secrets
        if secrets.isEmpty { return nil }
        guard let credentials = context.credentials else {
            throw .step(StartFailure(step: .secrets, errno: EOPNOTSUPP))
        }
        do {
            try credentials.layOut(secrets, of: order.id, for: nil)
            return credentials.path(of: order.id)
        } catch {
            throw .step(StartFailure(step: .secrets, errno: error.code))
        }
    }

    private func identity(of order: AttemptOrder) throws(UnitFailure) -> Identity {
        do {
            return try Identity.of(order.submitter, mayBeRoot: order.mayBeRoot, from: context.accounts)
        } catch {
            throw .step(error)
        }
    }

    /// systemd takes a limit without a word that it cannot hold the unit to.
    private func limits(
        of order: AttemptOrder, _ identity: Identity, _ manager: SystemdConnection
    ) throws(UnitFailure) -> LimitPlan {
        let byGroup = order.resources.isEmpty ? [] : Self.limitNames(of: manager)
        do {
            return try LimitPlan(order.resources, byGroup: byGroup, isRoot: identity.account.user == 0)
        } catch {
            throw .step(error)
        }
    }

    /// What a manager holds its units to: what its own control group has controllers for.
    private static func limitNames(of manager: SystemdConnection) -> [ResourceLimits.Name] {
        let group = (try? manager.managerProperty("ControlGroup").text) ?? ""
        let file = "/sys/fs/cgroup\(group)/cgroup.controllers"
        let bytes = (try? FileContent.read(file, limit: 4096)) ?? []
        let controllers = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        return ResourceLimits.Name.allCases.filter { name in
            switch name {
            case .memory, .swap: controllers.contains("memory")
            case .cpu: controllers.contains("cpu")
            case .tasks: controllers.contains("pids")
            case .ioWeight: controllers.contains("io")
            }
        }
    }

    private func connect(to order: AttemptOrder) throws(UnitFailure) -> UnitHandle {
        do {
            return try UnitHandle(names.text(of: order.id), on: Self.bus)
        } catch {
            throw .bus(error)
        }
    }

    private func memory(_ bytes: [UInt8]) throws(UnitFailure) -> Descriptor {
        do {
            return try SealedMemory.make(bytes)
        } catch {
            throw .step(StartFailure(step: .input, errno: error.code))
        }
    }

    /// The names of the variables that a manager gives to its units; they can change at any time.
    private static func variables(of manager: SystemdConnection) -> [String] {
        let entries = (try? manager.managerProperty("Environment").elements) ?? []
        return entries.compactMap { $0.text.map { String($0.prefix { $0 != "=" }) } }
    }

    /// The manager reads its own from a file that rarely changes: it is asked once.
    private func hardLimit(_ name: String, _ manager: SystemdConnection) -> UInt64 {
        if let known = hardLimits.withLock({ $0[name] }) { return known }
        let limit = (try? manager.managerProperty("DefaultLimit\(name)").unsigned) ?? .max
        hardLimits.withLock { $0[name] = limit }
        return limit
    }
}
