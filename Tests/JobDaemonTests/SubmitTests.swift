import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Submitting jobs to a real daemon")
struct SubmitTests {
    @Test("a job runs and its end, its output and its attempt can be seen")
    func wholeWay() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit("sh", "-c", "echo out; echo err >&2; printf end")
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded)
        #expect(job.exitCode == 0)
        #expect(job.attempts.map(\.outcome) == ["exited"])
        let lines = try daemon.output(of: id).split(separator: "\n").sorted()
        #expect(lines == ["end", "err", "out"])
    }

    @Test("a command that fails is failed, with its exit code as the reason")
    func failure() throws {
        let daemon = try TestDaemon()
        let job = try #require(try daemon.wait(for: [try daemon.submit("sh", "-c", "exit 3")]).first)
        #expect(job.state == .failed)
        #expect(job.reason == "exit code 3")
        #expect(job.exitCode == 3)
    }

    @Test("a program that is not there could not start")
    func missingProgram() throws {
        let daemon = try TestDaemon()
        let job = try #require(try daemon.wait(for: [try daemon.submit("/no/such/program")]).first)
        #expect(job.state == .failed)
        #expect(job.reason == "could not start: execute the program: No such file or directory")
    }

    @Test("a thousand jobs of one call all run, each once, in the order of their ids")
    func array() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4\njournal = \"off\"")
        let spec = JobSpec(command: Command(arguments: ["true"], directory: "/"))
        let ids = try daemon.submit(Array(repeating: .init(spec: spec), count: 1000)).map(\.id)
        #expect(ids == ids.sorted() && Set(ids).count == 1000)
        let jobs = try daemon.wait(for: ids)
        #expect(Set(jobs.map(\.id)) == Set(ids))
        #expect(jobs.allSatisfy { $0.state == .succeeded && $0.attempts.count == 1 })
        let starts = jobs.sorted { $0.id < $1.id }.compactMap(\.started)
        #expect(starts == starts.sorted())
    }

    @Test("the same token gives the same job, with another content an error")
    func token() throws {
        let daemon = try TestDaemon()
        let item = SubmitCall.Item(spec: JobSpec(command: Command(arguments: ["true"], directory: "/")), token: "once")
        let first = try daemon.submit([item])[0]
        let again = try daemon.submit([item])[0]
        #expect(again.id == first.id && again.existing == .token && first.existing == nil)
        var other = item
        other.spec.command.arguments = ["false"]
        let error = #expect(throws: VarlinkError.self) { try daemon.submit([other]) }
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .tokenTaken(token: "once", job: first.id)))
    }

    @Test("a queue that is not configured is refused, with the names of those that are")
    func unknownQueue() throws {
        let daemon = try TestDaemon(configuration: "[queues.build]")
        let queue = try #require(QueueName("biuld"))
        let item = SubmitCall.Item(spec: JobSpec(command: Command(arguments: ["true"]), queue: queue))
        let error = #expect(throws: VarlinkError.self) { try daemon.submit([item]) }
        let expected = JobError.ofJob(index: 0, .noSuchQueue("biuld", known: ["build", "default"]))
        #expect(error.flatMap(JobError.init) == expected)
    }

    @Test("a value that cannot be is refused with the field and the reason; a wrong shape names the parameter")
    func badInput() throws {
        let daemon = try TestDaemon()
        let value = #expect(throws: VarlinkError.self) {
            try daemon.call(SubmitCall.method, ["jobs": [["command": ["true"], "priority": 5000]]])
        }
        let reason = "must be an integer from -1000 to 1000"
        let expected = JobError.ofJob(index: 0, .invalidJob(field: "jobs[0].priority", reason: reason))
        #expect(value.flatMap(JobError.init) == expected)
        let shape = #expect(throws: VarlinkError.self) {
            try daemon.call(SubmitCall.method, ["jobs": [["command": ["true"], "colour": "red"]]])
        }
        #expect(shape == .invalidParameter("jobs[0].colour"))
    }

    @Test("a delayed job waits for its time, then runs")
    func delay() throws {
        let daemon = try TestDaemon()
        let spec = JobSpec(command: Command(arguments: ["true"], directory: "/"), start: .after(.milliseconds(300)))
        let receipt = try daemon.submit([.init(spec: spec)])[0]
        #expect(receipt.state == "scheduled")
        let job = try #require(try daemon.wait(for: [receipt.id]).first)
        #expect(job.state == .succeeded)
        let started = try #require(job.started)
        #expect(started - job.submitted >= .milliseconds(300))
    }

    @Test("a job gets its own environment and nothing of the daemon's")
    func environment() throws {
        let daemon = try TestDaemon()
        let spec = JobSpec(
            command: Command(arguments: ["env"], directory: "/", environment: ["COLOUR": "red", "LANG": "de"]))
        let id = try daemon.submit([.init(spec: spec)])[0].id
        _ = try daemon.wait(for: [id])
        let names = Set(try daemon.output(of: id).split(separator: "\n").map { $0.prefix { $0 != "=" } })
        let expected: Set<Substring> = [
            "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "JOBD_ID", "JOBD_ATTEMPT", "JOBD_QUEUE", "JOBD_STORE",
            "COLOUR",
        ]
        #expect(names == expected)
        #expect(try daemon.output(of: id).contains("LANG=de\n"))
    }
}
