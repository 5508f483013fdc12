import Glibc
import Jobs
import Systemd

extension UnitSettings {
    /// What a process may, and systemd would give to anybody: as far as the job's user has it.
    func wishes() throws(UnitFailure) -> [Property] { try priorities() + limits() }

    private func priorities() throws(UnitFailure) -> [Property] {
        var properties: [Property] = []
        if let nice = order.surroundings.nice {
            guard mayWiden || nice >= 0 else { throw .step(StartFailure(step: .priority, errno: EACCES)) }
            properties.append(Property("Nice", .int32(Int32(clamping: nice))))
        }
        guard let priority = order.surroundings.ioPriority else { return properties }
        let (kind, level): (Int32, Int?) =
            switch priority {
            case .realTime(let level): (1, level)
            case .bestEffort(let level): (2, level)
            case .idle: (3, nil)
            }
        guard mayWiden || kind != 1 else { throw .step(StartFailure(step: .ioPriority, errno: EPERM)) }
        properties.append(Property("IOSchedulingClass", .int32(kind)))
        if let level { properties.append(Property("IOSchedulingPriority", .int32(Int32(clamping: level)))) }
        return properties
    }

    /// The hard one comes first: systemd takes the first of the two for both.
    private func limits() -> [Property] {
        var bounds = order.surroundings.limits.bounds
        bounds[.core] = bounds[.core] ?? .init(soft: 0)
        if let openFileLimit, bounds[.openFiles] == nil { bounds[.openFiles] = .init(soft: openFileLimit) }
        return ProcessLimits(bounds).atMost(ceilings).ordered.flatMap { resource, bound in
            let most = hardLimit(resource.unitName)
            let hard = mayWiden ? bound.hard ?? most : min(bound.hard ?? most, most)
            return [
                Property("Limit\(resource.unitName)", .uint64(hard)),
                Property("Limit\(resource.unitName)Soft", .uint64(min(bound.soft, hard))),
            ]
        }
    }
}

extension ProcessLimits.Resource {
    /// As in `LimitNOFILE=`.
    fileprivate var unitName: String {
        switch self {
        case .cpuTime: "CPU"
        case .processes: "NPROC"
        default: rawValue.uppercased()
        }
    }
}
