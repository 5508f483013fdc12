import JobRunner
import Kernel
import Testing

/// How an attempt's processes are kept together; most tests must hold for each way.
enum Keeping: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case cgroup, session

    /// What works on this machine.
    static let available = allCases.filter { keeping in
        guard keeping == .cgroup else { return true }
        let store = RunnerHarness.freshIdentity()
        defer { RunnerHarness.removeGroups(of: store) }
        return CgroupContainment(store: store) != nil
    }

    static var hasCgroups: Bool { available.contains(.cgroup) }

    var testDescription: String { rawValue }

    func containment(store: String) throws -> any Containment {
        switch self {
        case .cgroup: try #require(CgroupContainment(store: store))
        case .session: try SessionContainment(store: store)
        }
    }
}
