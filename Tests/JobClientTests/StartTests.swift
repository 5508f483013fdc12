import JobClient
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("How jobs start, and jobs that run")
struct StartTests {
    @Test(
        "all that a request says of a job's start is sent, for whom it is meant, and the answer names what is approximate"
    )
    func submit() throws {
        let answer = SubmitCall.Answer(jobs: [
            .success(.init(id: JobID(rawValue: 7), queue: "q", state: "ready", approximate: ["memoryBytes"]))
        ])
        let daemon = try ScriptedDaemon([[.read, .reply(answer.parameters)]])
        var request = JobRequest(command: ["x"])
        request.umask = "027"
        request.nice = -5
        request.ioPriority = "idle"
        request.processLimits = ["nofile": "1:2", "core": "unlimited"]
        request.memory = 1 << 20
        request.swap = 0
        request.cpuPercent = 150
        request.tasks = 3
        request.ioWeight = 50
        request.killSignal = "INT"
        request.isolation = .unit
        request.properties = ["A=b"]
        request.input = [0, 255]
        request.secrets = ["s": [1, 2]]
        request.token = "t"
        let submitted = try JobClient(socket: daemon.socket).submit(request, for: "ann")
        #expect(submitted.approximateLimits == ["memoryBytes"])
        let call = try SubmitCall(try #require(try daemon.calls().first).parameters)
        #expect(call.user == "ann")
        var spec = JobSpec(
            command: Command(arguments: ["x"]),
            surroundings: Surroundings(
                fileMask: 0o027, nice: -5, ioPriority: .idle,
                limits: ProcessLimits([.openFiles: .init(soft: 1, hard: 2), .core: .init(.max)])),
            resources: ResourceLimits(memory: 1 << 20, swap: 0, cpu: 150, tasks: 3, ioWeight: 50))
        spec.killSignal = SignalNumber("INT")
        spec.isolation = .unit
        spec.properties = [try #require(UnitProperty("A=b"))]
        let name = try #require(SecretName("s"))
        #expect(call.jobs == [.init(spec: spec, token: "t", input: [0, 255], secrets: [name: [1, 2]])])
    }

    @Test("what cannot be is refused before the daemon is asked, and the field is named")
    func refused() {
        var request = JobRequest(command: ["x"])
        request.inputFile = "/f"
        request.input = []
        let error = #expect(throws: JobClientError.self) { try request.validate() }
        guard case .invalidRequest(let field, let problem)? = error else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(field == "inputBase64")
        #expect(problem == "must not be there together with inputFile: a job reads from one of them")
    }

    @Test("a signal, a pause and a resume say of each job what became of it")
    func control() throws {
        let answer = ChangeAnswer(jobs: [
            .init(id: JobID(rawValue: 1), result: .done(state: "running")),
            .init(id: JobID(rawValue: 2), result: .unknown),
        ])
        let reply = ScriptedDaemon.Step.reply(answer.parameters)
        let daemon = try ScriptedDaemon([[.read, reply, .read, reply, .read, reply]])
        let client = JobClient(socket: daemon.socket)
        #expect(try client.send(signal: "USR1", to: [1, 2]) == [.done(.running), .unknown])
        #expect(try client.pause([1, 2]) == [.done(.running), .unknown])
        #expect(try client.resume([1, 2]) == [.done(.running), .unknown])
        let calls = try daemon.calls()
        #expect(calls.map(\.method) == [SignalCall.method, PauseJobsCall.method, ResumeJobsCall.method])
        #expect(calls[0].parameters == ["ids": [1, 2], "signal": "SIGUSR1"])
        #expect(calls[1].parameters == ["ids": [1, 2]] && calls[2].parameters == ["ids": [1, 2]])
    }
}
