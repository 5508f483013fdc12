import Glibc
package import Jobs
package import Kernel

/// Holds a control group to limits.
package struct CgroupLimits: Sendable {
    private let files: any ControlFiles
    /// What groups have files for, in a fixed order.
    package let names: [ResourceLimits.Name]

    /// Looks at a group that is like those of the attempts.
    package init(like trial: Cgroup, files: any ControlFiles) {
        self.files = files
        names = ResourceLimits.Name.allCases.filter { name in
            (try? files.read("\(trial.path)/\(Self.file(of: name))")) != nil
        }
    }

    /// Writes every limit that there is a file for; one that is not there is lifted, since the group may have had
    /// another attempt in it.
    ///
    /// A group that runs out of memory is ended whole: with one process shot out of it, a job would go on and fail in
    /// ways of its own.
    package func apply(_ limits: ResourceLimits, to group: Cgroup) throws(SystemError) {
        for name in names {
            try files.write(Self.value(of: name, limits[name]), to: "\(group.path)/\(Self.file(of: name))")
        }
        if names.contains(.memory) { try files.write("1", to: "\(group.path)/memory.oom.group") }
    }

    /// The file of a limit, as the kernel's "Control Group v2" names it.
    ///
    /// A weight counts where the disk's scheduler weighs: with io.cost or, by the same number, BFQ.
    private static func file(of name: ResourceLimits.Name) -> String {
        switch name {
        case .memory: "memory.max"
        case .swap: "memory.swap.max"
        case .cpu: "cpu.max"
        case .tasks: "pids.max"
        case .ioWeight: "io.weight"
        }
    }

    private static func value(of name: ResourceLimits.Name, _ limit: Int64?) -> String {
        switch name {
        case .memory, .swap, .tasks: limit.map { "\($0)" } ?? "max"
        case .cpu: "\(limit.map { "\($0 * periodOfPercent)" } ?? "max") \(100 * periodOfPercent)"
        case .ioWeight: "\(limit ?? 100)"
        }
    }

    /// Microseconds: a hundred of them are the period, the kernel's standard; one is the shortest quota that it takes.
    private static let periodOfPercent: Int64 = 1_000
}
