import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// A runner with a folder, a store identity and an observer of its own.
final class RunnerHarness {
    let folder: TemporaryFolder
    let store: String
    let containment: any Containment
    let files: OutputFiles
    let observer = RecordingObserver()
    let runner: CommandRunner
    private var lastJob: Int64 = 0

    /// No test waits longer for anything; far more than even a sanitized run on a busy machine needs.
    static let patience = Duration.seconds(30)

    /// - Parameters:
    ///   - opener: opens secrets, which are laid out in the folder's `credentials`.
    ///   - instead: may put another containment in the place of the one that is tested.
    init(
        _ keeping: Keeping, accounts: any AccountSource = NameService(), openFileLimit: UInt64? = nil,
        opener: (any SecretOpener)? = nil, patienceWithTheKilled: Duration = .seconds(10),
        patienceWithShortage: Duration = .seconds(30),
        instead: (any Containment) -> any Containment = { $0 }
    ) throws {
        folder = try TemporaryFolder()
        store = Self.freshIdentity()
        containment = instead(try keeping.containment(store: store))
        files = OutputFiles(folder: folder.file("output"))
        let credentials = opener.map { [folder] in Credentials(opener: $0, folder: folder.file("credentials")) }
        let context = RunnerContext(
            files: files, observer: observer, store: store, accounts: accounts, openFileLimit: openFileLimit,
            credentials: credentials, patienceWithTheKilled: patienceWithTheKilled)
        runner = try CommandRunner(
            containment: containment, context: context, patienceWithShortage: patienceWithShortage)
    }

    deinit {
        runner.tidy()
        containment.close()
        Self.removeGroups(of: store)
        // The orphans of jobs are children of this process once it is a subreaper; their exit records would be in the
        // way of others that wait for children.
        let own = getpid()
        for entry in (try? ProcessTable.entries()) ?? [] where entry.isZombie && entry.parent == own {
            waitpid(entry.id, nil, WNOHANG)
        }
    }

    /// Makes a FIFO `gate` in the folder that is open at both ends, so that neither side waits for the other to open
    /// it: a job reads a line from it, the test writes one.
    func makeGate() throws -> Descriptor {
        try #require(mkfifo(folder.file("gate"), 0o600) == 0)
        return try Descriptor.open(folder.file("gate"), O_RDWR)
    }

    /// Twelve characters, as many as the name of a cgroup takes of it.
    static func freshIdentity() -> String {
        String((0..<12).map { _ in "0123456789abcdef".randomElement() ?? "0" })
    }

    static func removeGroups(of store: String) {
        for group in (try? Cgroup.all(named: "jobd-\(store)")) ?? [] { try? group.remove() }
    }

    static var ownSubmitter: Submitter { Submitter(user: geteuid(), group: getegid()) }

    /// An order under a fresh job number.
    func order(
        _ arguments: [String], directory: String? = nil, environment: [String: String] = [:],
        submitter: Submitter = ownSubmitter, surroundings: Surroundings = Surroundings(), input: [UInt8]? = nil,
        secrets: [SecretName: [UInt8]] = [:], resources: ResourceLimits = ResourceLimits(), ready: Timestamp? = nil,
        mayGainPrivileges: Bool = false, timeout: Duration? = nil, killSignal: SignalNumber = .terminate,
        killAfter: Duration = .seconds(20), outputLimit: Int64 = 64 << 20
    ) -> AttemptOrder {
        lastJob += 1
        return AttemptOrder(
            id: AttemptID(job: JobID(rawValue: lastJob), number: 1),
            command: Command(arguments: arguments, directory: directory ?? folder.path, environment: environment),
            name: nil, queue: .default, submitter: submitter, surroundings: surroundings,
            attachments: Attachments(input: input, secrets: secrets), resources: resources,
            mayGainPrivileges: mayGainPrivileges, timeout: timeout, killSignal: killSignal,
            killAfter: killAfter, outputLimit: outputLimit, ready: ready)
    }

    /// Runs an order to its end.
    func run(_ order: AttemptOrder) throws -> AttemptEnd { try StartedAttempt(order, on: runner).end() }

    /// Runs a shell script to its end.
    func run(
        script: String, environment: [String: String] = [:], outputLimit: Int64 = 64 << 20
    ) throws -> AttemptEnd {
        try run(order(["/bin/sh", "-c", script], environment: environment, outputLimit: outputLimit))
    }

    /// The lines in the file of the last order, read without the code under test.
    func lines() throws -> [FileLine] {
        let content = try FileContent.read(files.path(of: lastAttempt), limit: 1 << 28)
        try #require(content.last == UInt8(ascii: "\n"), "the file ends in the middle of a line")
        return try content.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { try FileLine($0) }
    }

    /// What the last order wrote to a stream, put together again from its lines.
    func written(to stream: String) throws -> [UInt8] {
        try lines().filter { $0.stream == stream }.flatMap { $0.text + ($0.tag == "F" ? [UInt8(ascii: "\n")] : []) }
    }

    /// What the last order wrote to stdout, as text.
    func output() throws -> String { String(decoding: try written(to: "stdout"), as: UTF8.self) }

    var lastAttempt: AttemptID { AttemptID(job: JobID(rawValue: lastJob), number: 1) }

    /// The living processes that carry this harness's store in their environment.
    func processes() throws -> [Int32] { try Self.processes(markedBy: "JOBD_STORE=\(store)") }

    static func processes(markedBy mark: String) throws -> [Int32] {
        try ProcessTable.entries().filter { entry in
            try !entry.isZombie && ProcessTable.environment(of: entry.id).contains(mark)
        }.map(\.id)
    }
}

/// A line of an output file: time, stream, tag and text, taken apart here again so that the code under test is not its
/// own judge.
struct FileLine: Equatable {
    let time: String
    let stream: String
    let tag: String
    let text: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) throws {
        let fields = bytes.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        try #require(fields.count == 4, "not a line of the CRI format: \(String(decoding: bytes, as: UTF8.self))")
        time = String(decoding: fields[0], as: UTF8.self)
        stream = String(decoding: fields[1], as: UTF8.self)
        tag = String(decoding: fields[2], as: UTF8.self)
        text = Array(fields[3])
        try #require(["stdout", "stderr"].contains(stream) && ["F", "P"].contains(tag))
        try #require(time.count == 30 && time.last == "Z")
    }

    var string: String { String(decoding: text, as: UTF8.self) }

    /// `stdout F text`.
    var summary: String { "\(stream) \(tag) \(string)" }
}

/// An attempt that runs on a thread of its own.
final class StartedAttempt {
    let control = AttemptControl()
    private let future: Future<AttemptEnd>
    private let thread: DaemonThread

    /// - Parameter first: what is asked for before it starts.
    init(
        _ order: AttemptOrder, on runner: CommandRunner, first: (AttemptControl) -> Void = { _ in }
    ) throws {
        let promise = Promise<AttemptEnd>()
        future = promise.future
        let control = control
        first(control)
        thread = try DaemonThread(name: "attempt") { promise.succeed(runner.run(order, control: control)) }
    }

    /// Waits for the end; one that does not come is an error.
    func end() throws -> AttemptEnd {
        let end = try future.result(until: .after(RunnerHarness.patience))
        thread.join()
        return end
    }

    var isDone: Bool { future.isDone }
}
