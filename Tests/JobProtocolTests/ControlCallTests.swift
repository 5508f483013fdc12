import JobProtocol
import Jobs
import Testing
import Varlink

/// Calls to jobs that run, a submit for others, an examination, and what an attempt used.
struct ControlCallTests {
    private static let ids = [1, Int64.max].map { JobID(rawValue: $0) }

    private func error(_ body: () throws(ParameterError) -> Void) -> String? {
        do throws(ParameterError) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("a submit names whose jobs they are to be, and whose they are where it does not")
    func user() throws {
        var call = SubmitCall(jobs: [.init(spec: JobSpec(command: Command(arguments: ["x"])))], user: "ann")
        #expect(try SubmitCall(overTheWire(call.parameters)) == call)
        #expect(call.parameters["user"] == "ann")
        call.user = nil
        #expect(call.parameters["user"] == nil)
        #expect(try SubmitCall(overTheWire(call.parameters)).user == nil)
        #expect(try SubmitCall.read(parameters(#"{"jobs":[{"command":["x"]}],"user":"7"}"#)).user == "7")
        let number = try parameters(#"{"jobs":[{"command":["x"]}],"user":7}"#)
        #expect(error { () throws(ParameterError) in _ = try SubmitCall(number) } == "user must be a string")
    }

    @Test("a signal arrives as it was sent, by its name", arguments: [1, 2, 9, 15, 18, 31, 34, 40, 64] as [Int32])
    func signal(number: Int32) throws {
        let call = SignalCall(ids: Self.ids, signal: try #require(SignalNumber(rawValue: number)))
        #expect(call.parameters["signal"] == .string(SignalName.name(of: number)))
        #expect(try SignalCall(overTheWire(call.parameters)) == call)
    }

    @Test(
        "a signal that cannot be sent is refused",
        arguments: [
            (#"{"ids":[1]}"#, "signal is missing"), (#"{"ids":[1],"signal":9}"#, "signal must be a string"),
            (#"{"ids":[1],"signal":"0"}"#, "signal must be a signal, like INT or SIGUSR1"),
            (#"{"ids":[1],"signal":"65"}"#, "signal must be a signal, like INT or SIGUSR1"),
            (#"{"ids":[1],"signal":"-9"}"#, "signal must be a signal, like INT or SIGUSR1"),
            (#"{"ids":[1],"signal":""}"#, "signal must be a signal, like INT or SIGUSR1"),
            (#"{"ids":[1],"signal":"INT","now":true}"#, "now is not known here"),
            (#"{"signal":"INT"}"#, "ids is missing"),
        ])
    func badSignal(text: String, sentence: String) throws {
        let parameters = try parameters(text)
        #expect(error { () throws(ParameterError) in _ = try SignalCall(parameters) } == sentence)
    }

    @Test("jobs to pause and to resume arrive as they were sent")
    func pause() throws {
        #expect(
            try PauseJobsCall(overTheWire(PauseJobsCall(ids: Self.ids).parameters)) == PauseJobsCall(ids: Self.ids))
        #expect(
            try ResumeJobsCall(overTheWire(ResumeJobsCall(ids: Self.ids).parameters)) == ResumeJobsCall(ids: Self.ids))
        let none = try parameters(#"{"ids":[]}"#)
        #expect(error { () throws(ParameterError) in _ = try PauseJobsCall(none) }?.hasPrefix("ids must") == true)
        #expect(error { () throws(ParameterError) in _ = try ResumeJobsCall(none) }?.hasPrefix("ids must") == true)
        #expect(PauseJobsCall.method == "io.jobd.Jobs.Pause" && ResumeJobsCall.method == "io.jobd.Jobs.Resume")
    }

    @Test("what an examination found arrives as it was sent")
    func examine() throws {
        let answer = ExamineCall.Answer(
            findings: ExamineCall.Finding.Verdict.allCases.map {
                .init("memory", $0, "It is so.", advice: $0 == .ok ? nil : "Do that.")
            })
        #expect(try ExamineCall.Answer(overTheWire(answer.parameters)) == answer)
        #expect(answer.parameters["findings"]?.arrayValue?.first?.objectValue?["advice"] == nil)
        try ExamineCall.check([:])
        #expect(error { () throws(ParameterError) in try ExamineCall.check(["x": 1]) } == "x is not known here")
        let newer = try parameters(
            #"{"findings":[{"subject":"s","verdict":"problem","sentence":"t","colour":1}],"more":2}"#)
        #expect(try ExamineCall.Answer(newer).findings == [.init("s", .problem, "t")])
    }

    @Test("the answer to a submit names the limits that are only approximate")
    func approximate() throws {
        let stored = SubmitCall.Answer.Stored(
            id: Self.ids[0], queue: "q", state: "ready", approximate: ["memoryBytes", "tasks"])
        let answer = SubmitCall.Answer(jobs: [
            .success(stored), .success(.init(id: Self.ids[1], queue: "q", state: "ready")),
        ])
        let sent = try overTheWire(answer.write)
        #expect(try SubmitCall.Answer(sent) == answer)
        let objects = sent["jobs"]?.arrayValue?.map(\.objectValue)
        #expect(objects?[0]?["approximate"] == ["memoryBytes", "tasks"])
        #expect(objects?[1]?["approximate"] == nil)
    }

    private static let fullCost = Cost(
        userTime: .milliseconds(12), systemTime: .milliseconds(34), maxResident: 1 << 33, peakMemory: 1 << 40,
        minorFaults: 5, majorFaults: 6, readBytes: 7, writtenBytes: 8, wallTime: .milliseconds(56),
        startLatency: .microseconds(1_234_567))

    private func view(_ cost: Cost?) throws -> (sent: JSONObject, read: AttemptView?) {
        let start = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        let job = Job(
            id: Self.ids[0], spec: JobSpec(command: Command(arguments: ["x"])),
            submitter: Submitter(user: 5, group: 6), submitted: start, firstState: .ready, state: .succeeded,
            attempts: 1, ended: start)
        let attempt = Attempt(
            number: 1, node: "n", claimed: start, end: AttemptEnd(outcome: .exited(code: 0), at: start, cost: cost))
        let answer = GetCall.Answer(jobs: [JobView(job, attempts: [attempt], user: "me")])
        let sent = try overTheWire(answer.parameters)
        let object = sent["jobs"]?.arrayValue?.first?.objectValue?["attempts"]?.arrayValue?.first?.objectValue
        return (try #require(object), try GetCall.Answer(sent).jobs[0].attempts.first)
    }

    @Test("what an attempt used arrives as it was sent, each in its unit")
    func cost() throws {
        let (sent, read) = try view(Self.fullCost)
        #expect(read?.cost == Self.fullCost)
        let expected: JSONObject = [
            "userMilliseconds": 12, "systemMilliseconds": 34, "wallMilliseconds": 56,
            "startLatencyMicroseconds": 1_234_567, "maxResidentBytes": 8_589_934_592,
            "peakMemoryBytes": 1_099_511_627_776, "minorFaults": 5, "majorFaults": 6, "readBytes": 7,
            "writtenBytes": 8,
        ]
        for member in expected.members { #expect(sent[member.name] == member.value, "\(member.name)") }
    }

    @Test("of what is not known nothing is sent")
    func littleCost() throws {
        let little = Cost(userTime: .zero, systemTime: .milliseconds(1))
        let (sent, read) = try view(little)
        #expect(read?.cost == little)
        #expect(sent["userMilliseconds"] == 0 && sent["peakMemoryBytes"] == nil && sent["readBytes"] == nil)
        let (unknown, none) = try view(nil)
        #expect(none != nil && none?.cost == nil)
        #expect(unknown["userMilliseconds"] == nil && unknown["systemMilliseconds"] == nil)
    }
}
