import Glibc
import Threading

/// A daemon thread looks after something while the program works, and does not keep it from exiting.
///
///     progress-watch [LIMIT]        counts the primes below LIMIT and says each 100 ms how far it is
@main struct ProgressWatch {
    static func main() throws {
        let limit = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2_000_000
        print("\(try countPrimes(below: limit)) primes below \(limit)")
        // The watch is somewhere in its interval. Nobody stops it and nobody waits for it: the program just ends.
    }
}

/// Counts primes; a thread of its own reports on the way.
func countPrimes(below limit: Int) throws -> Int {
    let tested = Monitor(0)
    let watch = try PeriodicThread(name: "progress", every: .milliseconds(100)) {
        let number = tested.withLock { $0 }
        try report("\(number * 100 / max(limit, 1)) %")
    } onError: { _ in
        // Nobody reads what we report: work on without it.
        .stop
    }
    var primes = 0
    for number in 0..<limit {
        if isPrime(number) { primes += 1 }
        if number.isMultiple(of: 1_000) { tested.withLock { $0 = number } }
    }
    // Without this the watch could go away, and end, as soon as it is not mentioned any more.
    withExtendedLifetime(watch) {}
    return primes
}

func isPrime(_ number: Int) -> Bool {
    guard number > 1 else { return false }
    var divisor = 2
    while divisor * divisor <= number {
        if number.isMultiple(of: divisor) { return false }
        divisor += 1
    }
    return true
}

struct CannotReport: Error {}

func report(_ text: String) throws {
    let line = Array("progress-watch: \(text)\n".utf8)
    guard write(STDERR_FILENO, line, line.count) == line.count else { throw CannotReport() }
}
