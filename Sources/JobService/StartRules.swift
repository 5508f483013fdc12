package import Jobs

/// What holds of every job's start here.
package struct StartRules: Hashable, Sendable {
    /// How far jobs can be held to their limits, and whether they may run as units.
    package var abilities: Abilities
    /// Whether root's jobs run.
    package var mayBeRoot: Bool
    /// Whether each job runs as its submitter; else all run as the daemon's own user.
    package var isDaemonRoot: Bool

    package init(abilities: Abilities = Abilities(), mayBeRoot: Bool = true, isDaemonRoot: Bool = true) {
        self.abilities = abilities
        self.mayBeRoot = mayBeRoot
        self.isDaemonRoot = isDaemonRoot
    }

    /// What is wrong with a job for a queue, by the word that the protocol has for it; `nil` where it may run.
    ///
    /// - Parameter user: whose job it is.
    func problem(of spec: JobSpec, of user: UInt32, in queue: QueueSettings) -> (field: String, reason: String)? {
        if user == 0, !mayBeRoot { return ("user", "is root, whose jobs do not run here (root_jobs = false)") }
        let isolation = spec.isolation ?? queue.isolation
        if isolation == .unit, let lack = abilities.units.lack { return ("isolation", lack) }
        if isolation != .unit, let property = spec.properties.first {
            return (
                "properties", "\(property.name) is a property of a unit, and the job is none: ask for isolation unit"
            )
        }
        if isolation == .unit, isDaemonRoot, user != 0, case .file = spec.surroundings.input {
            return ("inputFile", "cannot be had by a unit of an ordinary user, for whom systemd would open it as root")
        }
        let resources = resources(for: spec, in: queue)
        for name in ResourceLimits.Name.allCases {
            if let ceiling = queue.ceilings[name], let amount = spec.resources[name], amount > ceiling {
                return (name.field, "is more than queue \(queue.name) allows, which is \(ceiling)")
            }
            if resources[name] != nil, let lack = lack(of: name, isolation) { return (name.field, lack) }
        }
        if user == 0, resources.tasks != nil, abilities.enforcement(of: .tasks) == .approximate {
            return ("tasks", "cannot be enforced here for root's jobs, which the kernel exempts; see jobctl doctor")
        }
        return nil
    }

    /// Why a job cannot be held to a limit here; `nil` where it can, or nearly.
    package func lack(of name: ResourceLimits.Name, _ isolation: Isolation) -> String? {
        switch (abilities.enforcement(of: name), isolation) {
        case (.full, _), (.approximate, .process): nil
        case (.none, _), (.approximate, .unit):
            "cannot be enforced here: jobd has no cgroup with the controller \(name.controller); see jobctl doctor"
        }
    }

    /// What an attempt of a job may use.
    func resources(for spec: JobSpec, in queue: QueueSettings) -> ResourceLimits {
        spec.resources.or(queue.limits).atMost(queue.ceilings)
    }
}
