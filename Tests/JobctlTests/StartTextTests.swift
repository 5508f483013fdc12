import JobClient
import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("What is said of a job's start and of what it used")
struct StartTextTests {
    @Test("a job that is held to a limit only nearly is told of it, by the flag")
    func approximate() {
        let job = JobClient.Submitted(
            id: 42, queue: "build", state: .running, approximateLimits: ["memoryBytes", "tasks", "cpuPercent"])
        #expect(
            SubmitText.warnings(job) == [
                "--memory is enforced only nearly here: each of its processes may use so much; see \"jobctl doctor\"",
                "--tasks is enforced only nearly here: all processes of its user count, not only the job's; "
                    + "see \"jobctl doctor\"",
                "--cpu is enforced only nearly here: the kernel lacks what it takes; see \"jobctl doctor\"",
            ])
    }

    @Test(
        "a paused queue is worth a word while the job waits in it",
        arguments: [
            (.ready, true), (.scheduled, true), (.blocked, true), (.held, true), (.running, false),
            (.succeeded, false),
        ] as [(JobClient.State, Bool)])
    func paused(_ state: JobClient.State, _ isSaid: Bool) {
        let job = JobClient.Submitted(id: 42, queue: "build", state: state, isQueuePaused: true)
        let sentence =
            "queue build is paused: job 42 does not start before an administrator's \"jobctl queue resume build\""
        #expect(SubmitText.warnings(job) == (isSaid ? [sentence] : []))
    }

    @Test("of a job's start all that was said is shown, and nothing else")
    func description() throws {
        var spec = JobSpec(command: Command(arguments: ["true"]))
        #expect(JobStartDescription(SampleJobs.standing(.running(attempt: 1), spec: spec)).fields.isEmpty)
        spec.resources = ResourceLimits(memory: 3 << 29, swap: 0, cpu: 150, tasks: 7, ioWeight: 50)
        spec.surroundings = Surroundings(
            fileMask: 0o027, nice: -5, ioPriority: .idle,
            limits: ProcessLimits([.openFiles: .init(soft: 1024, hard: .max), .core: .init(0)]),
            input: .attached(length: 2048, Fingerprint([UInt8](repeating: 1, count: Fingerprint.length))))
        spec.killSignal = SignalNumber("INT")
        spec.isolation = .unit
        spec.properties = ["ProtectHome=yes", "PrivateTmp=no"].compactMap(UnitProperty.init)
        for name in ["b", "a"].compactMap(SecretName.init) {
            spec.secrets[name] = Fingerprint([UInt8](repeating: 2, count: Fingerprint.length))
        }
        let fields = JobStartDescription(SampleJobs.standing(.running(attempt: 1), spec: spec)).fields
        #expect(
            fields.map { "\($0.key): \($0.value)" } == [
                "memory: 1.5 GiB", "swap: 0 B", "processor: 150% of one", "tasks: 7", "I/O weight: 50",
                "rlimits: core=0, nofile=1024:unlimited", "nice: -5", "I/O class: idle", "umask: 027",
                "kill signal: SIGINT", "stdin: 2.0 KiB that came with it", "secrets: a, b", "runs as: unit",
                "properties: ProtectHome=yes, PrivateTmp=no",
            ])
        spec.surroundings.input = .file("/a\nb")
        let file = JobStartDescription(SampleJobs.standing(.running(attempt: 1), spec: spec)).fields
        #expect(file.first { $0.key == "stdin" }?.value == "/a\\nb")
    }

    @Test("what an attempt used is told as far as it is known and says something")
    func cost() {
        #expect(CostText.parts(Cost(userTime: .zero, systemTime: .milliseconds(7))) == ["0ms user, 7ms system"])
        let full = Cost(
            userTime: .milliseconds(1_230), systemTime: .seconds(61), maxResident: 1 << 20, peakMemory: 3 << 19,
            minorFaults: 9, majorFaults: 2, readBytes: 0, writtenBytes: 4096, wallTime: .seconds(2),
            startLatency: .microseconds(12_345))
        #expect(
            CostText.parts(full) == [
                "1.2s user, 1m01s system", "1.5 MiB of memory at most", "0 B read, 4.0 KiB written",
                "2 page faults from disk", "started after 12ms",
            ])
        let idle = Cost(
            userTime: .zero, systemTime: .zero, maxResident: 1023, majorFaults: 0, readBytes: 0, writtenBytes: 0)
        #expect(CostText.parts(idle) == ["0ms user, 0ms system", "1023 B resident at most"])
    }

    @Test(
        "bytes are in the largest unit of 1024 that they fill",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1 << 20, "1.0 MiB"),
            (5 << 30, "5.0 GiB"), (1 << 40, "1.0 TiB"), (3 << 50, "3072.0 TiB"), (1_048_575, "1.0 MiB"),
        ] as [(Int64, String)])
    func size(_ bytes: Int64, _ text: String) {
        #expect(CostText.size(bytes) == text)
    }
}
