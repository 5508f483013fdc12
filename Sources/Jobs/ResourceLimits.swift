/// What an attempt may use at a time, with all its processes together; its cgroup holds it to that.
package struct ResourceLimits: Hashable, Sendable {
    /// Bytes of memory: beyond it the kernel reclaims, and where that does not help, ends the whole attempt.
    package var memory: Int64?
    /// Bytes of swap beside its memory; 0 is none.
    package var swap: Int64?
    /// Processor time in percent of one processor: 150 is one and a half.
    package var cpu: Int?
    /// Processes and threads.
    package var tasks: Int?
    /// Its share of a busy disk against the shares of others, 1 to 10000; 100 where nobody said one.
    package var ioWeight: Int?

    package init(
        memory: Int64? = nil, swap: Int64? = nil, cpu: Int? = nil, tasks: Int? = nil, ioWeight: Int? = nil
    ) {
        self.memory = memory
        self.swap = swap
        self.cpu = cpu
        self.tasks = tasks
        self.ioWeight = ioWeight
    }

    /// One of them, by the word that the configuration, the protocol and messages use.
    package enum Name: String, Hashable, Sendable, CaseIterable {
        case memory
        case swap
        case cpu
        case tasks
        case ioWeight = "io_weight"
    }

    package subscript(name: Name) -> Int64? {
        get {
            switch name {
            case .memory: memory
            case .swap: swap
            case .cpu: cpu.map(Int64.init)
            case .tasks: tasks.map(Int64.init)
            case .ioWeight: ioWeight.map(Int64.init)
            }
        }
        set {
            switch name {
            case .memory: memory = newValue
            case .swap: swap = newValue
            case .cpu: cpu = newValue.map { Int(clamping: $0) }
            case .tasks: tasks = newValue.map { Int(clamping: $0) }
            case .ioWeight: ioWeight = newValue.map { Int(clamping: $0) }
            }
        }
    }

    package var isEmpty: Bool { memory == nil && swap == nil && cpu == nil && tasks == nil && ioWeight == nil }

    /// Those that are there, in a fixed order.
    package var names: [Name] { Name.allCases.filter { self[$0] != nil } }

    /// These, and where one is not there, that of `others`.
    package func or(_ others: ResourceLimits) -> ResourceLimits {
        var both = self
        for name in Name.allCases where both[name] == nil { both[name] = others[name] }
        return both
    }

    /// These, and none above that of `ceiling`; one that is not there is the ceiling's.
    ///
    /// A weight has no ceiling.
    package func atMost(_ ceiling: ResourceLimits) -> ResourceLimits {
        var both = self
        for name in Name.allCases where name != .ioWeight {
            guard let most = ceiling[name] else { continue }
            both[name] = min(both[name] ?? most, most)
        }
        return both
    }

    /// What each may be.
    package static func range(of name: Name) -> ClosedRange<Int64> {
        switch name {
        case .memory: 1 << 16...1 << 50
        case .swap: 0...1 << 50
        case .cpu: 1...100_000
        case .tasks: 1...4_194_304
        case .ioWeight: 1...10_000
        }
    }
}

/// What a daemon can do for its jobs, where it runs.
package struct Abilities: Hashable, Sendable {
    /// How far jobs can be held to each limit.
    package var limits: [ResourceLimits.Name: Enforcement]
    /// Whether a job may run as a transient unit.
    package var units: UnitSupport

    package init(limits: [ResourceLimits.Name: Enforcement] = [:], units: UnitSupport = .noSystemd) {
        self.limits = limits
        self.units = units
    }

    package func enforcement(of name: ResourceLimits.Name) -> Enforcement { limits[name] ?? .none }
}

/// Whether jobs may run as transient units, and if not, why.
package enum UnitSupport: Hashable, Sendable {
    case available
    /// No systemd answers on the bus.
    case noSystemd
    /// The configuration forbids it.
    case forbidden

    /// Why no job can be a unit; `nil` where one can.
    package var lack: String? {
        switch self {
        case .available: nil
        case .noSystemd: "no systemd runs here that could run it as a unit"
        case .forbidden: "the configuration lets no job run as a unit (units = false)"
        }
    }
}

/// How far a daemon can hold jobs to a limit.
package enum Enforcement: String, Hashable, Sendable {
    /// By the job's cgroup: all its processes together.
    case full
    /// By a limit of each single process, or of all processes of its user: it comes near.
    case approximate
    /// Not at all: a job that asks for it is refused.
    case none
}

extension ResourceLimits.Name {
    /// The parameter of the protocol.
    package var field: String {
        switch self {
        case .memory: "memoryBytes"
        case .swap: "swapBytes"
        case .cpu: "cpuPercent"
        case .tasks: "tasks"
        case .ioWeight: "ioWeight"
        }
    }

    /// The controller of the kernel that holds jobs to it.
    package var controller: String {
        switch self {
        case .memory, .swap: "memory"
        case .cpu: "cpu"
        case .tasks: "pids"
        case .ioWeight: "io"
        }
    }
}
