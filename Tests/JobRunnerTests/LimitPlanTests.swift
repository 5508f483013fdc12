import Glibc
import JobRunner
import Jobs
import Testing

/// How an attempt is held to limits that its control group does not know.
struct LimitPlanTests {
    @Test("a group that knows a limit needs no help")
    func byGroup() throws {
        let limits = ResourceLimits(memory: 1 << 20, swap: 0, cpu: 50, tasks: 3, ioWeight: 10)
        let plan = try LimitPlan(limits, byGroup: ResourceLimits.Name.allCases, isRoot: true)
        #expect(plan.ceilings == ProcessLimits())
    }

    @Test("memory and tasks are limited for each process, or for the user")
    func substitutes() throws {
        let plan = try LimitPlan(ResourceLimits(memory: 1 << 30, tasks: 30), byGroup: [], isRoot: false)
        #expect(plan.ceilings == ProcessLimits([.addressSpace: .init(1 << 30), .processes: .init(30)]))
        let onlyTasks = try LimitPlan(ResourceLimits(memory: 1 << 30, tasks: 30), byGroup: [.memory], isRoot: false)
        #expect(onlyTasks.ceilings == ProcessLimits([.processes: .init(30)]))
    }

    @Test(
        "a limit that it cannot be held to at all keeps it from starting",
        arguments: [ResourceLimits(swap: 0), ResourceLimits(cpu: 50), ResourceLimits(ioWeight: 10)], [true, false])
    func refused(limits: ResourceLimits, isRoot: Bool) {
        #expect(throws: StartFailure(step: .cgroupLimits, errno: EOPNOTSUPP)) {
            _ = try LimitPlan(limits, byGroup: [.memory, .tasks], isRoot: isRoot)
        }
    }

    @Test("root's tasks are limited by a group or not at all")
    func root() throws {
        #expect(throws: StartFailure(step: .cgroupLimits, errno: EOPNOTSUPP)) {
            _ = try LimitPlan(ResourceLimits(tasks: 3), byGroup: [], isRoot: true)
        }
        #expect(try LimitPlan(ResourceLimits(tasks: 3), byGroup: [.tasks], isRoot: true).ceilings == ProcessLimits())
    }

    @Test("the lower of a wish and a ceiling holds")
    func lower() {
        let ceilings = ProcessLimits([.addressSpace: .init(100)])
        #expect(ProcessLimits().atMost(ceilings) == ceilings)
        let cases: [(ProcessLimits.Bound, ProcessLimits.Bound)] = [
            (.init(50), .init(50)), (.init(200), .init(100)), (.init(soft: 50), .init(soft: 50, hard: 100)),
            (.init(soft: 50, hard: 300), .init(soft: 50, hard: 100)), (.init(.max), .init(100)),
        ]
        for (wish, result) in cases {
            let own = ProcessLimits([.addressSpace: wish, .stack: .init(7)])
            #expect(own.atMost(ceilings) == ProcessLimits([.addressSpace: result, .stack: .init(7)]))
        }
    }
}
