import Glibc
import JobProtocol
import JobStoreSQLite
import Jobs
import Kernel
import Testing
import Varlink

/// A real jobd in a folder of its own, spoken to over its socket.
///
/// Whatever a test does with it, no process and no folder is left when the test lets go of it.
final class TestDaemon {
    let folder: String
    private(set) var process: Int32 = 0
    private var notifications: NotifySocket
    private let wrapper: [String]
    private let environment: [String]
    /// Under which name jobd is started.
    private let program: String

    var socket: String { "\(folder)/jobd.sock" }
    var state: String { "\(folder)/state" }

    /// How long anything may take before a test fails.
    ///
    /// Generous: under a sanitizer everything is slow.
    static let patience = Duration.seconds(60)

    /// Makes a folder and starts jobd in it.
    ///
    /// - Parameters:
    ///   - configuration: the text of its configuration file.
    ///   - wrapper: a program that executes jobd, with its arguments.
    ///   - environment: more of its environment, as `NAME=value`.
    ///   - isHeard: whether its service manager reads what it says.
    ///   - ownProgram: whether it is started by a name in the folder, which can come to mean another program.
    init(
        configuration: String = "", wrapper: [String] = [], environment: [String] = [], isHeard: Bool = true,
        ownProgram: Bool = false
    ) throws {
        self.wrapper = wrapper
        self.environment = environment
        folder = try TestFolder.make()
        program = ownProgram ? "\(folder)/jobd" : TestProgram.path("jobd")
        if ownProgram, symlink(TestProgram.path("jobd"), program) != 0 {
            throw SystemError(call: "symlink", code: errno)
        }
        notifications = try NotifySocket(path: "\(folder)/notify")
        try FileWriting.write(configuration, to: "\(folder)/jobd.toml")
        if isHeard {
            try start()
        } else {
            try stuffNotifications()
            try launch()
            try waitUntil { (try? connect()) != nil }
        }
    }

    deinit {
        if process > 0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        try? sweep()
        TestFolder.remove(folder)
    }

    /// Starts jobd and waits until it says that it is ready.
    func start() throws {
        try launch()
        try waitForNotification("READY=1")
    }

    /// Starts jobd without waiting for anything.
    func launch() throws {
        let command = [
            program, "--config", "\(folder)/jobd.toml", "--state-directory", state, "--socket", socket,
        ]
        let own = ["NOTIFY_SOCKET=\(folder)/notify", "SWIFT_BACKTRACE=enable=no"]
        process = try TestProgram.start(
            wrapper + command, environment: own + environment, errors: "\(folder)/stderr")
    }

    /// From now on no file of jobd can grow beyond so many bytes: as if the disk were full.
    func limitFileSize(to bytes: Int) throws {
        let limiter = try TestProgram.start(
            ["prlimit", "--pid", "\(process)", "--fsize=\(bytes)"], environment: [], errors: "\(folder)/prlimit")
        guard try TestProgram.waitForExit(of: limiter, within: Self.patience) == 0 else {
            throw TestFailure("prlimit failed")
        }
    }

    /// Waits until jobd tells the service manager something that begins so.
    @discardableResult
    func waitForNotification(_ prefix: String) throws -> String {
        let deadline = BootTime.now + Self.patience
        while let message = try notifications.receive(until: deadline) {
            let lines = message.split(separator: "\n")
            if let line = lines.first(where: { $0.hasPrefix(prefix) }) { return String(line) }
        }
        throw TestFailure("jobd never said \(prefix); it wrote: \(errors)")
    }

    /// What jobd tells the service manager that begins so, if it does within this time.
    func notification(_ prefix: String, within patience: Duration) throws -> String? {
        let deadline = BootTime.now + patience
        while let message = try notifications.receive(until: deadline) {
            if message.hasPrefix(prefix) { return message }
        }
        return nil
    }

    /// The service manager has no room left for what jobd tells it.
    func stuffNotifications() throws { try notifications.stuff(path: "\(folder)/notify") }

    /// Sends jobd a signal.
    func signal(_ signal: Int32) { kill(process, signal) }

    /// Waits for jobd's end.
    ///
    /// - Returns: its exit code, or 128 and the signal that ended it.
    func waitForExit() throws -> Int32 {
        let process = process
        self.process = 0
        return try TestProgram.waitForExit(of: process, within: Self.patience)
    }

    /// What jobd wrote to stderr.
    var errors: String { (try? FileContent.read("\(folder)/stderr")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    // MARK: Requests

    func connect() throws -> VarlinkClient { try VarlinkClient(connectingTo: socket) }

    func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject {
        let client = try connect()
        defer { client.close() }
        return try client.call(method, parameters, within: Self.patience)
    }

    func submit(_ items: [SubmitCall.Item]) throws -> [SubmitCall.Answer.Stored] {
        try SubmitCall.Answer(call(SubmitCall.method, SubmitCall(jobs: items).parameters)).jobs.map { try $0.get() }
    }

    /// Submits one job that does what `change` makes of it.
    func submit(
        _ command: [String], after dependencies: [Dependency] = [], _ change: (inout JobSpec) -> Void
    ) throws -> JobID {
        var spec = JobSpec(command: Command(arguments: command, directory: "/"))
        change(&spec)
        return try submit([.init(spec: spec, dependencies: dependencies)])[0].id
    }

    func why(_ id: JobID) throws -> WhyCall.Answer {
        try WhyCall.Answer(call(WhyCall.method, WhyCall(id: id).parameters))
    }

    /// Makes a call of `Hold`, `Release` or `Retry` for one job.
    func change<Call: IDsCall>(_ type: Call.Type, _ id: JobID) throws -> ChangeAnswer.Result {
        try ChangeAnswer(call(Call.method, Call(ids: [id]).parameters)).jobs[0].result
    }

    func edit(_ call: EditCall) throws -> ChangeAnswer.Result {
        try ChangeAnswer(self.call(EditCall.method, call.parameters)).jobs[0].result
    }

    /// A pipe that a job can be made to wait for: `cat GATE` ends when it is opened.
    func gate(_ name: String = "gate") -> String {
        let path = "\(folder)/\(name)"
        mkfifo(path, 0o600)
        return path
    }

    func open(gate path: String) throws { try FileWriting.write("", to: path) }

    func submit(_ command: String..., timeout: Duration? = nil, killAfter: Duration? = nil) throws -> JobID {
        let spec = JobSpec(
            command: Command(arguments: command, directory: "/"), timeout: timeout, killAfter: killAfter)
        return try submit([.init(spec: spec)])[0].id
    }

    func job(_ id: JobID) throws -> JobView {
        try GetCall.Answer(call(GetCall.method, GetCall(ids: [id]).parameters)).jobs[0]
    }

    /// The jobs in the order in which they end.
    func wait(for ids: [JobID]) throws -> [JobView] {
        let client = try connect()
        defer { client.close() }
        let stream = try client.callMore(WaitCall.method, WaitCall(ids: ids).parameters)
        var jobs: [JobView] = []
        while let reply = try stream.next(within: Self.patience) { jobs.append(try WaitCall.Answer(reply).job) }
        return jobs
    }

    /// Waits until a question has the answer yes: for what no stream tells of.
    func waitUntil(_ isTrue: () throws -> Bool) throws {
        let deadline = BootTime.now + Self.patience
        while try !isTrue() {
            guard BootTime.now < deadline else { throw TestFailure("it did not become true") }
            sched_yield()
        }
    }

    func waitForState(_ state: JobState.Name, of id: JobID) throws {
        try waitUntil { try job(id).state == state }
    }

    /// Waits until a job has printed this line.
    func waitForLine(_ line: String, of id: JobID) throws {
        let client = try connect()
        defer { client.close() }
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id, follow: true).parameters)
        while let reply = try stream.next(within: Self.patience) {
            if try LogsCall.Answer(reply).lines.contains(where: { $0.text == Array(line.utf8) }) { return }
        }
        throw TestFailure("job \(id) ended without the line \(line)")
    }

    /// Everything a job has printed, newlines as they were.
    func output(of id: JobID) throws -> String {
        let client = try connect()
        defer { client.close() }
        let stream = try client.callMore(LogsCall.method, LogsCall(id: id).parameters)
        var bytes: [UInt8] = []
        while let reply = try stream.next(within: Self.patience) {
            for line in try LogsCall.Answer(reply).lines { bytes += line.text + (line.isComplete ? [0x0A] : []) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Ends what jobs left when jobd was killed and not started again.
    private func sweep() throws {
        let store = try SQLiteJobStore(path: "\(folder)/state/jobd.db")
        let identity = store.identity
        store.close()
        for home in try Cgroup.all(named: "jobd-\(identity.prefix(12))") {
            try home.kill()
            _ = try home.waitUntilEmpty(until: .now + .seconds(10))
            try home.remove()
        }
        for entry in try ProcessTable.entries()
        where (try? ProcessTable.environment(of: entry.id))?.contains("JOBD_STORE=\(identity)") == true {
            kill(entry.id, SIGKILL)
        }
    }
}

/// A test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A folder for one test.
enum TestFolder {
    static func make() throws -> String {
        var template = Array("/tmp/jobd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", code: errno) }
        return String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func remove(_ path: String) {
        for name in (try? Directory.names(in: path)) ?? [] { remove("\(path)/\(name)") }
        if unlink(path) != 0 { rmdir(path) }
    }
}

/// Small files.
enum FileWriting {
    static func write(_ text: String, to path: String) throws {
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(all: Array(text.utf8))
    }
}
