import Jobs
import Testing

/// What an attempt may use, from what its job, its queue and the ceilings say.
struct ResourceLimitTests {
    private typealias Name = ResourceLimits.Name

    @Test("each limit is reached by its name")
    func names() {
        for name in Name.allCases {
            var limits = ResourceLimits()
            #expect(limits.isEmpty)
            limits[name] = 70_000
            #expect(limits[name] == 70_000)
            #expect(limits.names == [name] && !limits.isEmpty)
            limits[name] = nil
            #expect(limits == ResourceLimits())
        }
        #expect(Name.allCases.map(\.rawValue) == ["memory", "swap", "cpu", "tasks", "io_weight"])
        #expect(Name.allCases.map(\.field) == ["memoryBytes", "swapBytes", "cpuPercent", "tasks", "ioWeight"])
        #expect(Name.allCases.map(\.controller) == ["memory", "memory", "cpu", "pids", "io"])
    }

    @Test("a limit that is not there is the other's")
    func or() {
        let own = ResourceLimits(memory: 100_000, tasks: 3)
        let others = ResourceLimits(memory: 200_000, swap: 0, cpu: 50)
        #expect(own.or(others) == ResourceLimits(memory: 100_000, swap: 0, cpu: 50, tasks: 3))
        #expect(own.or(ResourceLimits()) == own)
        #expect(ResourceLimits().or(others) == others)
    }

    @Test("no limit is above its ceiling, and one that is not there is the ceiling; a weight has none")
    func atMost() {
        let ceiling = ResourceLimits(memory: 1 << 20, swap: 0, cpu: 100, tasks: 10, ioWeight: 50)
        #expect(ResourceLimits().atMost(ceiling) == ResourceLimits(memory: 1 << 20, swap: 0, cpu: 100, tasks: 10))
        let large = ResourceLimits(memory: 1 << 30, swap: 1, cpu: 101, tasks: 11, ioWeight: 51)
        #expect(
            large.atMost(ceiling) == ResourceLimits(memory: 1 << 20, swap: 0, cpu: 100, tasks: 10, ioWeight: 51))
        let small = ResourceLimits(memory: 1 << 16, swap: 0, cpu: 99, tasks: 9, ioWeight: 1)
        #expect(small.atMost(ceiling) == small)
        #expect(large.atMost(ResourceLimits()) == large)
    }

    @Test("each limit has a least and a most")
    func range() {
        #expect(Name.allCases.map { ResourceLimits.range(of: $0).lowerBound } == [65_536, 0, 1, 1, 1])
        #expect(
            Name.allCases.map { ResourceLimits.range(of: $0).upperBound }
                == [1 << 50, 1 << 50, 100_000, 4_194_304, 10_000])
    }

    @Test("what nobody said of a limit is that it cannot be enforced")
    func abilities() {
        let abilities = Abilities(limits: [.memory: .full, .tasks: .approximate])
        #expect(Name.allCases.map(abilities.enforcement) == [.full, .none, .none, .approximate, .none])
        #expect(abilities.units == .noSystemd)
    }
}
