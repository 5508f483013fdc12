import Glibc
package import Jobs

/// How an attempt is held to its limits: by its control group where that can, else by limits of its processes.
package struct LimitPlan: Hashable, Sendable {
    /// What each process gets, as far as its own wishes are not lower.
    ///
    /// Memory is the address space of each single process, tasks are those of all jobs of the user and of everything
    /// else that runs as that user. The kernel exempts root from that one.
    package let ceilings: ProcessLimits

    /// - Parameters:
    ///   - byGroup: the limits that the attempt's control group holds it to.
    ///   - isRoot: whether the attempt runs as root.
    /// - Throws: the step `cgroupLimits` with `EOPNOTSUPP` where it cannot be held to a limit at all.
    package init(
        _ limits: ResourceLimits, byGroup: [ResourceLimits.Name], isRoot: Bool
    ) throws(StartFailure) {
        var ceilings = ProcessLimits()
        for name in limits.names where !byGroup.contains(name) {
            guard let limit = limits[name].map(UInt64.init), let resource = Self.resource(for: name, isRoot: isRoot)
            else { throw StartFailure(step: .cgroupLimits, errno: EOPNOTSUPP) }
            ceilings.bounds[resource] = .init(limit)
        }
        self.ceilings = ceilings
    }

    /// How far jobs can be held to each limit where their groups hold them to these.
    ///
    /// A job of root is held to `tasks` by its group only: without one it does not start.
    package static func enforcement(byGroup: [ResourceLimits.Name]) -> [ResourceLimits.Name: Enforcement] {
        var enforcement: [ResourceLimits.Name: Enforcement] = [:]
        for name in ResourceLimits.Name.allCases {
            let substitute: Enforcement = resource(for: name, isRoot: false) == nil ? .none : .approximate
            enforcement[name] = byGroup.contains(name) ? .full : substitute
        }
        return enforcement
    }

    private static func resource(for name: ResourceLimits.Name, isRoot: Bool) -> ProcessLimits.Resource? {
        switch name {
        case .memory: .addressSpace
        case .tasks: isRoot ? nil : .processes
        case .swap, .cpu, .ioWeight: nil
        }
    }
}

extension ProcessLimits {
    /// These, and none above that of `ceilings`; one that is not there is the ceiling's.
    package func atMost(_ ceilings: ProcessLimits) -> ProcessLimits {
        var both = self
        for (resource, ceiling) in ceilings.ordered {
            let own = both.bounds[resource] ?? ceiling
            both.bounds[resource] = Bound(
                soft: min(own.soft, ceiling.soft), hard: min(own.hard ?? ceiling.soft, ceiling.soft))
        }
        return both
    }
}
