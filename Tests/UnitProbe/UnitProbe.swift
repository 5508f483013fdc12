import Glibc
import JobRunner
import Jobs
import Kernel
import Threading

/// Runs one order as a transient unit and says how it ended: for checks under a real systemd.
///
/// ```
/// unit-probe available
/// unit-probe sweep
/// unit-probe check NAME=VALUE…
/// unit-probe run [OPTION=VALUE…] -- COMMAND…
/// unit-probe measure COUNT THREADS
/// ```
@main
enum UnitProbe {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "available": print(UnitRunner.isAvailable ? "yes" : "no")
        case "sweep": print(try runner("/tmp").sweep(until: .now + .seconds(10)) ? "empty" : "not empty")
        case "check": words.dropFirst().forEach(check)
        case "run": try run(ProbeOptions(Array(words.dropFirst())))
        case "measure" where words.count == 3: try measure(Int(words[1]) ?? 0, threads: Int(words[2]) ?? 0)
        default: fatalError("unknown command")
        }
    }

    static let store = "0123456789abcdef"

    private static func runner(_ folder: String) throws -> UnitRunner {
        try UnitRunner(
            RunnerContext(
                files: OutputFiles(folder: folder), observer: SilentObserver(), store: store,
                credentials: Credentials(opener: PlainOpener(), folder: "\(folder).secrets")))
    }

    private static func check(_ text: String) {
        guard let property = UnitProperty(text) else { return print("\(text): no NAME=VALUE") }
        print(UnitProperties.check(property, allowing: true) ?? "good")
    }

    private static func run(_ options: ProbeOptions) throws {
        let folder = "/tmp/unit-probe.\(getpid())"
        let runner = try runner(folder)
        let control = AttemptControl()
        let events = try options.events.map { event in
            try DaemonThread(name: "event") {
                usleep(UInt32(event.after / .microseconds(1)))
                event.act(control)
            }
        }
        let order = options.order
        let end = runner.run(order, control: control)
        for thread in events { _ = thread.join(until: .after(.seconds(5))) }
        print("outcome: \(end.outcome)")
        if let cost = end.cost { print(ProbeOptions.text(of: cost)) }
        try show(OutputFiles(folder: folder), order.id)
    }

    private static func show(_ files: OutputFiles, _ attempt: AttemptID) throws {
        var offset: Int64 = 0
        while true {
            let part = try files.part(of: attempt, from: offset)
            for line in part.lines { print("\(line.stream.rawValue): \(String(decoding: line.text, as: UTF8.self))") }
            if part.isEnd { return }
            offset = part.next
        }
    }

    /// Jobs per second as units, and the longest one.
    private static func measure(_ count: Int, threads: Int) throws {
        let runner = try runner("/tmp/unit-probe.\(getpid())")
        let left = Monitor(count)
        let begin = BootTime.now
        let workers = try (0..<threads).map { number in
            try DaemonThread(name: "worker-\(number)") {
                while let job = left.withLock({ $0 > 0 ? $0 : nil as Int? }) {
                    left.withLock { $0 -= 1 }
                    let id = AttemptID(job: JobID(rawValue: Int64(job)), number: number + 1)
                    let end = runner.run(ProbeOptions.order(id, ["/bin/true"]), control: AttemptControl())
                    if !end.outcome.isSuccess { print("\(id): \(end.outcome)") }
                }
            }
        }
        for worker in workers { _ = worker.join(until: .after(.seconds(600))) }
        let seconds = Double(BootTime.now.nanoseconds - begin.nanoseconds) / 1e9
        print("\(count) units with \(threads) threads: \((Double(count) / seconds).rounded()) per second")
    }
}

/// Nothing is sealed.
struct PlainOpener: SecretOpener {
    func open(_ sealed: [UInt8], of name: SecretName) throws(SystemError) -> [UInt8] { sealed }
}

/// Nobody is told.
struct SilentObserver: OutputObserver {
    func attempt(_ order: AttemptOrder, printed lines: [OutputLine]) {}
    func attempt(_ order: AttemptOrder, lostOutput error: SystemError) { print("lost output: \(error)") }
    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32]) { print("cannot end: \(processes)") }
}
