import Glibc
import JobRunner
import JobService
import JobStore
import JobStoreSQLite
import Jobs
import Threading

/// What the ledger costs: jobs are stored, claimed and ended, each step durable, by a runner that does nothing.
///
///     ledger-bench FOLDER [JOBS [WAITING…]]
///
/// For each number of jobs that wait in another queue meanwhile: jobs a second, at 100 and at 1,000 jobs in a
/// transaction, for the submit alone and for a whole life, and the time that a job takes of the processor, which other
/// processes disturb less.
@main
enum LedgerBenchmark {
    static func main() throws { try run(Array(CommandLine.arguments.dropFirst())) }
}

func run(_ arguments: [String]) throws {
    guard let folder = arguments.first else {
        print("usage: ledger-bench FOLDER [JOBS [WAITING…]]")
        exit(2)
    }
    let jobs = arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
    let waiting = arguments.dropFirst(2).compactMap { Int($0) }
    print("fdatasync of 4 KiB, overwriting: \(try syncRate(in: folder))/s")
    let path = "\(folder)/ledger-bench-\(getpid()).db"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let bench = try Bench(path: path)
    for count in waiting.isEmpty ? [0] : waiting {
        try bench.fill(to: count)
        for batch in [100, 1_000] {
            let submit = try bench.submit(jobs, batch: batch)
            let life = try bench.life(jobs, batch: batch)
            print(
                "\(count) waiting, \(batch) a transaction: \(submit.text(of: jobs)) submits/s, \(life.text(of: jobs)) lives/s"
            )
        }
    }
    bench.close()
}

/// How long something took by the clock, and how much of the processor it used.
private struct Cost {
    let wall: Duration
    let processor: Duration

    static func measure(_ body: () throws -> Void) rethrows -> Cost {
        let before = processorTime
        let wall = try ContinuousClock().measure(body)
        return Cost(wall: wall, processor: processorTime - before)
    }

    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    func rate(of count: Int) -> Int { Int(Double(count) / (wall / .seconds(1))) }

    func text(of count: Int) -> String {
        let tenths = Int(processor / .nanoseconds(100)) / count
        return "\(rate(of: count)) (\(tenths / 10).\(tenths % 10) µs)"
    }
}

/// How often this disk syncs a block that is there already.
private func syncRate(in folder: String) throws -> Int {
    let path = "\(folder)/sync-\(getpid())"
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    precondition(file >= 0, "cannot make \(path)")
    defer {
        close(file)
        unlink(path)
    }
    let block = [UInt8](repeating: 1, count: 4096)
    precondition(pwrite(file, block, block.count, 0) == block.count && fdatasync(file) == 0)
    let count = 1_000
    let cost = Cost.measure {
        for _ in 0..<count { precondition(pwrite(file, block, block.count, 0) == block.count && fdatasync(file) == 0) }
    }
    return cost.rate(of: count)
}

/// A ledger on a store, without threads.
private final class Bench {
    private let store: SQLiteJobStore
    private let core: LedgerCore
    private var waiting = 0

    private static let busy = QueueName.default
    private static let crowded = QueueName("crowded") ?? .default
    private static let submitter = Submitter(user: 1_000, group: 1_000)

    init(path: String) throws {
        store = try SQLiteJobStore(path: path)
        core = try LedgerCore(
            store: store,
            settings: ServiceSettings(queues: [
                QueueSettings(name: Self.busy, workers: 1_000), QueueSettings(name: Self.crowded, workers: 1),
            ]), node: "bench", jitter: { 0.5 })
    }

    func close() { store.close() }

    private var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// 100 bytes; made once, because whoever submits has made it.
    private static let command = Command(arguments: ["/bin/echo", String(repeating: "x", count: 90)])

    private func submission(_ queue: QueueName) -> Submission {
        Submission(spec: JobSpec(command: Self.command, queue: queue))
    }

    private func entries(_ count: Int, _ queue: QueueName) -> [LedgerEntry] {
        (0..<count).map { _ in
            .submit([submission(queue)], by: Self.submitter, isAdministrator: false, partial: false, { _ in })
        }
    }

    @discardableResult
    private func process(_ entries: [LedgerEntry]) throws -> LedgerEffects {
        let effects = try core.process(entries, at: now)
        effects.answer()
        try store.tidy()
        return effects
    }

    /// Stores jobs that nothing claims, until so many wait.
    func fill(to count: Int) throws {
        try process([.setClaiming(false, Promise())])
        while waiting < count {
            let part = min(10_000, count - waiting)
            let all = (0..<part).map { _ in submission(Self.crowded) }
            try process([.submit(all, by: Self.submitter, isAdministrator: false, partial: false, { _ in })])
            waiting += part
        }
        try process([.pause(Self.crowded, .drain, by: Requester(user: 0, isAdministrator: true), Promise())])
    }

    /// Stores jobs, and then runs them to their end outside of the measurement.
    func submit(_ count: Int, batch: Int) throws -> Cost {
        try process([.setClaiming(false, Promise())])
        let cost = try Cost.measure {
            for _ in 0..<(count / batch) { try process(entries(batch, Self.busy)) }
        }
        try drain(process([.setClaiming(true, Promise())]))
        return cost
    }

    /// Stores jobs, claims them and ends them: in each transaction some of each.
    func life(_ count: Int, batch: Int) throws -> Cost {
        try process([.setClaiming(true, Promise())])
        return try Cost.measure {
            var ends: [LedgerEntry] = []
            for _ in 0..<(count / batch) {
                ends = Self.ends(of: try process(ends + entries(batch, Self.busy)), at: now)
            }
            try process(ends)
        }
    }

    private func drain(_ first: LedgerEffects) throws {
        var effects = first
        while !effects.claims.isEmpty { effects = try process(Self.ends(of: effects, at: now)) }
    }

    private static func ends(of effects: LedgerEffects, at now: Timestamp) -> [LedgerEntry] {
        effects.claims.map { .ended($0.order.id, AttemptEnd(outcome: .exited(code: 0), at: now)) }
    }
}
