import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Which jobs may be, where not everything can be had, and what their attempts get.
@Suite(.serialized)
struct StartRuleTests {
    private static let ceilings = ResourceLimits(memory: 1 << 30, swap: 0, cpu: 100, tasks: 10)

    private static let rules = StartRules(
        abilities: Abilities(limits: [.memory: .full, .swap: .full, .cpu: .full, .tasks: .approximate]))

    private static func queue(_ change: (inout QueueSettings) -> Void = { _ in }) -> QueueSettings {
        var settings = QueueSettings(name: .default, workers: 4)
        change(&settings)
        return settings
    }

    /// What is wrong with a job, as `field reason`; `nil` where it was taken.
    private func problem(
        _ rules: StartRules = rules, in queue: QueueSettings = queue(), by submitter: Submitter = ServiceHarness.me,
        _ change: (inout JobSpec) -> Void
    ) throws -> String? {
        var problem: String?
        try ServiceHarness(queues: [queue], rules: rules).run { harness throws in
            let submission = ServiceHarness.submission("job", change)
            let answer = harness.service.submit([submission], by: submitter, isAdministrator: false)
            switch try refusal(of: answer) {
            case .refused(.invalid(let field, let reason), index: 0)?: problem = "\(field) \(reason)"
            case let other?: Issue.record("\(other)")
            case nil: break
            }
        }
        return problem
    }

    @Test(
        "no job goes beyond a ceiling of its queue, and what is just below is taken",
        arguments: [
            (.memory, 1 << 30, "memoryBytes is more than queue default allows, which is 1073741824"),
            (.swap, 0, "swapBytes is more than queue default allows, which is 0"),
            (.cpu, 100, "cpuPercent is more than queue default allows, which is 100"),
            (.tasks, 10, "tasks is more than queue default allows, which is 10"),
        ] as [(ResourceLimits.Name, Int64, String)])
    func ceilings(_ name: ResourceLimits.Name, _ most: Int64, _ sentence: String) throws {
        let queue = Self.queue { $0.ceilings = Self.ceilings }
        #expect(try problem(in: queue) { $0.resources[name] = most } == nil)
        #expect(try problem(in: queue) { $0.resources[name] = most + 1 } == sentence)
        #expect(try problem { $0.resources[name] = most + 1 } == nil)
    }

    @Test(
        "a limit that cannot be enforced is refused, and one that can nearly be is taken, but not for a unit",
        arguments: [
            (.full, .process, true), (.full, .unit, true), (.approximate, .process, true),
            (.approximate, .unit, false), (.none, .process, false), (.none, .unit, false),
        ] as [(Enforcement, Isolation, Bool)])
    func enforcement(_ enforcement: Enforcement, _ isolation: Isolation, _ isTaken: Bool) throws {
        let rules = StartRules(abilities: Abilities(limits: [.memory: enforcement], units: .available))
        let problem = try problem(rules) {
            $0.resources.memory = 1 << 20
            $0.isolation = isolation
        }
        let sentence =
            "memoryBytes cannot be enforced here: jobd has no cgroup with the controller memory; see jobctl doctor"
        #expect(problem == (isTaken ? nil : sentence))
    }

    @Test("a unit is refused in a queue whose own limits units cannot be held to, instead of running without them")
    func unitInQueue() throws {
        let rules = StartRules(abilities: Abilities(limits: [.memory: .approximate], units: .available))
        for queue in [Self.queue { $0.limits.memory = 1 << 20 }, Self.queue { $0.ceilings.memory = 1 << 20 }] {
            #expect(try problem(rules, in: queue) { $0.isolation = .unit }?.hasPrefix("memoryBytes cannot be") == true)
            #expect(try problem(rules, in: queue) { _ in } == nil)
        }
    }

    @Test("a limit of each kind names itself and its controller")
    func lacks() throws {
        for name in ResourceLimits.Name.allCases {
            let problem = try problem(StartRules()) { $0.resources[name] = 70_000 }
            #expect(
                problem
                    == "\(name.field) cannot be enforced here: jobd has no cgroup with the controller "
                    + "\(name.controller); see jobctl doctor")
        }
    }

    @Test("no job is a unit where there is no systemd, whether it or its queue says so")
    func units() throws {
        let sentence = "isolation no systemd runs here that could run it as a unit"
        let queue = Self.queue { $0.isolation = .unit }
        #expect(try problem { $0.isolation = .unit } == sentence)
        #expect(try problem(in: queue) { _ in } == sentence)
        #expect(try problem(in: queue) { $0.isolation = .process } == nil)
        let rules = StartRules(abilities: Abilities(units: .available))
        #expect(try problem(rules) { $0.isolation = .unit } == nil)
    }

    @Test("properties are for units only")
    func properties() throws {
        let property = try #require(UnitProperty("ProtectHome=yes"))
        let rules = StartRules(abilities: Abilities(units: .available))
        let sentence =
            "properties ProtectHome is a property of a unit, and the job is none: ask for isolation unit"
        #expect(try problem(rules) { $0.properties = [property] } == sentence)
        let taken = try problem(rules) {
            $0.properties = [property]
            $0.isolation = .unit
        }
        #expect(taken == nil)
        #expect(try problem(rules, in: Self.queue { $0.isolation = .unit }) { $0.properties = [property] } == nil)
    }

    @Test("root's jobs are refused where they may not run, and others are not")
    func root() throws {
        let root = Submitter(user: 0, group: 0)
        let rules = StartRules(mayBeRoot: false)
        #expect(
            try problem(rules, by: root) { _ in }
                == "user is root, whose jobs do not run here (root_jobs = false)")
        #expect(try problem(rules) { _ in } == nil)
        #expect(try problem(by: root) { _ in } == nil)
    }

    @Test("root's jobs cannot be held to a number of tasks that only their user is held to")
    func rootTasks() throws {
        let root = Submitter(user: 0, group: 0)
        let sentence = "tasks cannot be enforced here for root's jobs, which the kernel exempts; see jobctl doctor"
        #expect(try problem(by: root) { $0.resources.tasks = 5 } == sentence)
        #expect(try problem(in: Self.queue { $0.limits.tasks = 5 }, by: root) { _ in } == sentence)
        #expect(try problem { $0.resources.tasks = 5 } == nil)
        let full = StartRules(abilities: Abilities(limits: [.tasks: .full]))
        #expect(try problem(full, by: root) { $0.resources.tasks = 5 } == nil)
    }

    @Test("a job that waits is not moved to a queue that cannot have it, and stays what it was")
    func move() throws {
        let small = QueueSettings(
            name: ServiceHarness.queue("small"), workers: 1, ceilings: ResourceLimits(memory: 1 << 20))
        try ServiceHarness(queues: [Self.queue(), small], rules: Self.rules).run { harness throws in
            try harness.pause()
            let id = try harness.submit { $0.resources.memory = 1 << 21 }
            #expect(
                try harness.change(id, .edit(JobEdit(queue: small.name)))
                    == .refused(
                        .invalid(
                            .invalid(
                                field: "memoryBytes", reason: "is more than queue small allows, which is 1048576"))))
            #expect(try harness.job(id).spec.queue == .default)
        }
    }

    // MARK: What an attempt gets

    @Test("an attempt gets the job's limits, then the queue's, and none above the ceilings")
    func resources() throws {
        let queue = Self.queue {
            $0.limits = ResourceLimits(memory: 1 << 20, cpu: 200, ioWeight: 50)
            $0.ceilings = Self.ceilings
        }
        var rules = Self.rules
        for name in ResourceLimits.Name.allCases { rules.abilities.limits[name] = .full }
        try ServiceHarness(queues: [queue], rules: rules).run { harness throws in
            try harness.start()
            try harness.start(ServiceHarness.submission("own") { $0.resources = ResourceLimits(memory: 1 << 29) })
            #expect(
                harness.runner.started.map(\.resources) == [
                    ResourceLimits(memory: 1 << 20, swap: 0, cpu: 100, tasks: 10, ioWeight: 50),
                    ResourceLimits(memory: 1 << 29, swap: 0, cpu: 100, tasks: 10, ioWeight: 50),
                ])
        }
    }

    @Test("a unit reads no file for an ordinary user of root's daemon, for whom systemd would open it as root")
    func fileForUnit() throws {
        let abilities = Abilities(units: .available)
        let change: (inout JobSpec) -> Void = {
            $0.surroundings.input = .file("/etc/shadow")
            $0.isolation = .unit
        }
        #expect(try problem(StartRules(abilities: abilities), change)?.hasPrefix("inputFile cannot be had") == true)
        #expect(try problem(StartRules(abilities: abilities, isDaemonRoot: false), change) == nil)
        #expect(try problem(StartRules(abilities: abilities)) { $0.surroundings.input = .file("/etc/shadow") } == nil)
    }

    @Test("an attempt gets all that its job says of its start")
    func order() throws {
        let rules = StartRules(abilities: Abilities(units: .available), mayBeRoot: false, isDaemonRoot: false)
        let property = try #require(UnitProperty("ProtectHome=yes"))
        let surroundings = Surroundings(
            fileMask: 0o077, nice: 5, ioPriority: .idle, limits: ProcessLimits([.core: .init(0)]),
            input: .file("/dev/null"))
        try ServiceHarness(queues: [Self.queue { $0.mayGainPrivileges = true }], rules: rules).run { harness throws in
            try harness.start()
            try harness.start(
                ServiceHarness.submission("own") {
                    $0.surroundings = surroundings
                    $0.killSignal = SignalNumber("INT")
                    $0.isolation = .unit
                    $0.properties = [property]
                })
            let plain = try #require(harness.runner.started.first)
            #expect(plain.surroundings == Surroundings() && plain.killSignal == .terminate)
            #expect(plain.isolation == .process && plain.properties.isEmpty && plain.attachments.isEmpty)
            #expect(!plain.mayBeRoot && plain.mayGainPrivileges)
            let own = try #require(harness.runner.started.last)
            #expect(own.surroundings == surroundings && own.killSignal == SignalNumber("INT"))
            #expect(own.isolation == .unit && own.properties == [property])
        }
    }

    @Test("an attempt gets what came with its job, and its retry gets it again")
    func attachments() throws {
        let name = try #require(SecretName("s"))
        let attachments = Attachments(input: [1, 2, 3], secrets: [name: [9, 9]])
        var spec = ServiceHarness.submission().spec
        spec.surroundings.input = .attached(length: 3, Fingerprint([UInt8](repeating: 1, count: Fingerprint.length)))
        spec.secrets = [name: Fingerprint([UInt8](repeating: 2, count: Fingerprint.length))]
        try ServiceHarness().run { harness throws in
            let id = try harness.start(Submission(spec: spec, attachments: attachments))
            try harness.finish(id, .exited(code: 1))
            #expect(try harness.change(id, .retry) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.started.map(\.attachments) == [attachments, attachments])
        }
    }

    @Test("an attempt is told since when its job could start")
    func ready() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start()
            let submitted = harness.clock.now
            try harness.submit()
            try harness.advance(by: .seconds(60))
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 2))
            let delayed = try harness.submit(ServiceHarness.submission(delay: .seconds(30)))
            try harness.finish(harness.runner.startedJobs[1])
            try harness.advance(by: .seconds(30))
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs[2] == delayed)
            #expect(
                harness.runner.started.map(\.ready) == [
                    submitted, submitted, submitted + .seconds(90),
                ])
        }
    }
}
