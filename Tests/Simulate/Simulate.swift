import Glibc
import ServiceSimulator
import Threading

/// Runs as many simulations as fit into a time, on two threads, and then breaks each rule until that is noticed.
///
///     simulate [SECONDS [FIRST-SEED]]
///     simulate --trace SEED [FLAW]      tells what happens
@main
enum Simulate {
    static func main() throws { exit(try run(Array(CommandLine.arguments.dropFirst()))) }
}

/// - Returns: the exit code.
func run(_ arguments: [String]) throws -> Int32 {
    if arguments.first == "--trace", arguments.count >= 2, let seed = UInt64(arguments[1]) {
        let flaw = arguments.dropFirst(2).first.flatMap(Flaw.init(rawValue:))
        return tell(Simulation(seed: seed, flaw: flaw, keepsTrace: true).run())
    }
    let seconds = arguments.first.flatMap { Int($0) } ?? 10
    let first = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
    let results = try simulate(from: first, for: .seconds(seconds))
    print("\(results.count) schedules, \(results.count * 60 / max(1, seconds)) a minute")
    for (rarity, count) in results.seen.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        print("  \(rarity.rawValue): \(count)")
    }
    var isGood = results.failures.isEmpty
    for failure in results.failures.sorted(by: { $0.key < $1.key }).prefix(10) {
        print("seed \(failure.key): \(failure.value)")
    }
    for rarity in Rarity.allCases where results.seen[rarity] == nil {
        print("\(rarity.rawValue) never happened: the simulation means little")
        isGood = false
    }
    for flaw in Flaw.allCases {
        let finding = find(flaw, from: first, atMost: 20_000)
        print(
            finding.map { "\(flaw.rawValue): noticed at seed \($0.seed): \($0.violation)" }
                ?? "\(flaw.rawValue): NOT NOTICED")
        isGood = isGood && finding != nil
    }
    return isGood ? 0 : 1
}

private func tell(_ report: Simulation.Report) -> Int32 {
    for line in report.trace { print(line) }
    print(report.violation ?? "no rule was broken")
    return report.violation == nil ? 0 : 1
}

/// What many simulations came to.
private struct Results: Sendable {
    var count = 0
    var failures: [UInt64: String] = [:]
    var seen: [Rarity: Int] = [:]
}

private func simulate(from first: UInt64, for duration: Duration) throws -> Results {
    let results = Monitor(Results())
    let end = Deadline.after(duration)
    let threads = try (0..<2).map { number in
        try DaemonThread(name: "simulate-\(number)") {
            var mine = Results()
            var seed = first + UInt64(number)
            while !end.isPast {
                let report = Simulation(seed: seed).run()
                mine.count += 1
                mine.failures[seed] = report.violation
                mine.seen.merge(report.seen, uniquingKeysWith: +)
                seed += 2
            }
            results.withLock { results in
                results.count += mine.count
                results.failures.merge(mine.failures) { first, _ in first }
                results.seen.merge(mine.seen, uniquingKeysWith: +)
            }
        }
    }
    for thread in threads { thread.join() }
    return results.withLock { $0 }
}

/// Breaks a rule in one simulation after the other until it is noticed.
private func find(_ flaw: Flaw, from first: UInt64, atMost count: UInt64) -> (seed: UInt64, violation: String)? {
    for seed in first..<(first + count) {
        if let violation = Simulation(seed: seed, flaw: flaw).run().violation { return (seed, violation) }
    }
    return nil
}
