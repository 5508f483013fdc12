import ServiceSimulator
import Testing

/// What the simulation itself must be like; `make simulate` runs it for longer, and breaks each rule in it.
struct SimulationTests {
    @Test("seeds that once failed stay good", arguments: FailedSeeds.all)
    func replay(seed: UInt64) {
        let report = Simulation(seed: seed).run()
        #expect(report.violation == nil, "see: simulate --trace \(seed)")
    }

    @Test("whatever the seed, no rule is broken")
    func manySeeds() {
        for seed in UInt64(1)...300 {
            let report = Simulation(seed: seed).run()
            #expect(report.violation == nil, "seed \(seed); see: simulate --trace \(seed)")
        }
    }

    @Test("the same seed tells the same story")
    func deterministic() {
        for seed in UInt64(1)...20 {
            let first = Simulation(seed: seed, keepsTrace: true).run()
            let second = Simulation(seed: seed, keepsTrace: true).run()
            let isSame = first.trace == second.trace
            #expect(isSame, "seed \(seed)")
            #expect(first.trace.count > 1)
        }
    }

    @Test("a rule that is broken is noticed", arguments: [Flaw.dueTimeIgnored, .noSweep, .tokenForgotten])
    func notices(flaw: Flaw) {
        let seed = (UInt64(1)...200).first { Simulation(seed: $0, flaw: flaw).run().violation != nil }
        #expect(seed != nil)
    }
}
