import JobProtocol
import Jobs
import Testing
import Varlink

/// How a job is started, and what it may use: on the wire and back, and what is refused.
struct StartCodingTests {
    static let spec: JobSpec = {
        var limits = ProcessLimits()
        for (number, resource) in ProcessLimits.Resource.allCases.enumerated() {
            limits.bounds[resource] = ProcessLimits.Bound(soft: UInt64(number), hard: number == 3 ? .max : 99)
        }
        var spec = JobSpec(
            command: Command(arguments: ["x"]),
            surroundings: Surroundings(
                fileMask: 0o007, nice: -20, ioPriority: .bestEffort(level: 7), limits: limits, input: .file("in/put")),
            resources: ResourceLimits(memory: 1 << 33, swap: 0, cpu: 150, tasks: 7, ioWeight: 10_000))
        spec.killSignal = SignalNumber("RTMIN+3")
        spec.isolation = .unit
        spec.properties = ["ProtectHome=yes", "Environment=A=B", "ProtectHome="].compactMap(UnitProperty.init)
        return spec
    }()

    private static func object(_ spec: JobSpec) throws -> JSONObject {
        let call = SubmitCall(jobs: [.init(spec: spec)])
        return try #require(try overTheWire(call.parameters)["jobs"]?.arrayValue?.first?.objectValue)
    }

    private func error(_ members: JSONObject) -> ParameterError? {
        var job: JSONObject = ["command": ["x"]]
        for member in members.members { job[member.name] = member.value }
        do throws(ParameterError) {
            _ = try SubmitCall(["jobs": [.object(job)]])
            return nil
        } catch {
            return error
        }
    }

    @Test("each field arrives as it was sent")
    func thereAndBack() throws {
        let call = SubmitCall(jobs: [.init(spec: Self.spec)])
        #expect(try SubmitCall(overTheWire(call.parameters)) == call)
        #expect(Self.spec.properties.count == 3 && Self.spec.killSignal != nil)
    }

    @Test("each field has its name and its form on the wire")
    func form() throws {
        var spec = Self.spec
        spec.surroundings.limits = ProcessLimits([.openFiles: .init(soft: 0, hard: .max), .core: .init(5)])
        let object = try Self.object(spec)
        let expected: JSONObject = [
            "umask": "007", "nice": -20, "ioPriority": "best-effort:7",
            "processLimits": ["core": "5", "nofile": "0:unlimited"], "memoryBytes": 8_589_934_592, "swapBytes": 0,
            "cpuPercent": 150, "tasks": 7, "ioWeight": 10_000, "killSignal": "SIG37", "isolation": "unit",
            "properties": ["ProtectHome=yes", "Environment=A=B", "ProtectHome="], "inputFile": "in/put",
        ]
        for member in expected.members { #expect(object[member.name] == member.value, "\(member.name)") }
    }

    @Test("of a job of which nothing was said nothing is sent")
    func nothing() throws {
        let names = try Self.object(JobSpec(command: Command(arguments: ["x"]))).members.map(\.name)
        let said = try Self.object(Self.spec).members.map(\.name)
        #expect(said.filter { !names.contains($0) }.count == 13)
    }

    private static let bad: [(String, JSONValue, String)] = [
        ("umask", "8", "must be an octal number from 0 to 777, like 027"),
        ("umask", "1000", "must be an octal number from 0 to 777, like 027"),
        ("umask", "", "must be an octal number from 0 to 777, like 027"), ("umask", 22, "must be a string"),
        ("nice", -21, "must be an integer from -20 to 19"), ("nice", 20, "must be an integer from -20 to 19"),
        ("nice", "1", "must be an integer from -20 to 19"),
        ("ioPriority", "fast", "must be idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7"),
        ("ioPriority", "realtime:8", "must be idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7"),
        ("ioPriority", "idle:0", "must be idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7"),
        ("memoryBytes", 65_535, "must be an integer from 65536 to 1125899906842624"),
        ("memoryBytes", 1_125_899_906_842_625, "must be an integer from 65536 to 1125899906842624"),
        ("memoryBytes", "1G", "must be an integer from 65536 to 1125899906842624"),
        ("swapBytes", -1, "must be an integer from 0 to 1125899906842624"),
        ("cpuPercent", 0, "must be an integer from 1 to 100000"),
        ("cpuPercent", 100_001, "must be an integer from 1 to 100000"),
        ("cpuPercent", 1.5, "must be an integer from 1 to 100000"),
        ("tasks", 0, "must be an integer from 1 to 4194304"),
        ("tasks", 4_194_305, "must be an integer from 1 to 4194304"),
        ("ioWeight", 0, "must be an integer from 1 to 10000"),
        ("ioWeight", 10_001, "must be an integer from 1 to 10000"),
        ("killSignal", "SIGNOT", "must be a signal, like INT or SIGUSR1"),
        ("killSignal", "0", "must be a signal, like INT or SIGUSR1"),
        ("killSignal", "65", "must be a signal, like INT or SIGUSR1"), ("killSignal", 9, "must be a string"),
        ("isolation", "vm", "must be one of process, unit"),
        ("inputFile", "", "must be a path of less than 4096 bytes"),
        ("inputFile", .string(String(repeating: "p", count: 4096)), "must be a path of less than 4096 bytes"),
        ("inputFile", "a\0b", "must not contain the character U+0000"),
        ("processLimits", [], "must be an object"),
        (
            "processLimits", ["files": "1"],
            "must hold names of limits, which are cpu, fsize, data, stack, core, nproc, nofile, memlock, as, "
                + "sigpending, msgqueue"
        ),
        ("properties", "A=B", "must be an array"),
        (
            "properties", .array((0...100).map { "A=\($0)" }.map(JSONValue.string)),
            "must not hold more than 100, of 4096 bytes each"
        ),
        (
            "properties", [.string("A=" + String(repeating: "v", count: 4095))],
            "must not hold more than 100, of 4096 bytes each"
        ),
    ]

    @Test("what cannot be names the field and says what it must be", arguments: bad)
    func refused(_ field: String, _ value: JSONValue, _ problem: String) {
        let error = error([field: value])
        #expect(error?.path == "jobs[0].\(field)")
        #expect(error?.problem == problem)
    }

    @Test("an error inside of a list or a map names the element")
    func inside() {
        let limit = error(["processLimits": ["core": "1", "nofile": "2:1"]])
        #expect(limit?.path == "jobs[0].processLimits.nofile")
        #expect(limit?.problem == "must be \(ProcessLimits.Bound.rule)")
        let property = error(["properties": ["A=B", "A B=C"]])
        #expect(property?.path == "jobs[0].properties[1]")
        #expect(property?.problem == "must be NAME=VALUE on one line, with the name of a unit's property")
        #expect(error(["properties": ["A=B\nC=D"]])?.path == "jobs[0].properties[0]")
    }

    @Test(
        "what is just within the bounds is taken",
        arguments: [
            ("umask", "0"), ("umask", "0777"), ("nice", -20), ("nice", 19), ("ioPriority", "idle"),
            ("ioPriority", "realtime:0"), ("memoryBytes", 65_536), ("memoryBytes", 1_125_899_906_842_624),
            ("swapBytes", 0), ("cpuPercent", 1), ("cpuPercent", 100_000), ("tasks", 1), ("tasks", 4_194_304),
            ("ioWeight", 1), ("ioWeight", 10_000), ("killSignal", "64"), ("killSignal", "sigusr1"),
            ("isolation", "process"), ("inputFile", .string(String(repeating: "p", count: 4095))),
            ("processLimits", [:]), ("properties", []),
            ("properties", .array((0..<100).map { "A=\($0)" }.map(JSONValue.string))),
            ("properties", [.string("A=" + String(repeating: "v", count: 4094))]),
        ] as [(String, JSONValue)])
    func within(_ field: String, _ value: JSONValue) {
        #expect(error([field: value]) == nil)
    }
}
