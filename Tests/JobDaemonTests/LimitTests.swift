import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

/// What a real daemon says of limits where it runs, and what it does about them.
@Suite("Limits of jobs of a real daemon")
struct LimitTests {
    private static let amounts: [(name: ResourceLimits.Name, amount: Int64, key: String)] = [
        (.memory, 1 << 32, "\"4GiB\""), (.swap, 1 << 30, "\"1GiB\""), (.cpu, 100, "\"100%\""),
        (.tasks, 4096, "4096"), (.ioWeight, 100, "100"),
    ]

    private func findings(_ daemon: TestDaemon) throws -> [ExamineCall.Finding] {
        try ExamineCall.Answer(daemon.call(ExamineCall.method, [:])).findings
    }

    /// How far jobs are held to a limit, as the examination says.
    private func enforcement(of name: ResourceLimits.Name, _ daemon: TestDaemon) throws -> Enforcement {
        let finding = try #require(try findings(daemon).first { $0.subject == "limit \(name.rawValue)" })
        switch finding.verdict {
        case .ok: return .full
        case .note where finding.sentence.hasPrefix("cannot be held"): return .none
        case .note: return .approximate
        case .warning, .problem: throw TestFailure("a limit that is missing is no fault")
        }
    }

    @Test("an examination tells of identity, containment, each limit, units and sudo, with advice where one lacks")
    func examination() throws {
        let findings = try findings(try TestDaemon())
        #expect(
            findings.map(\.subject) == [
                "store", "disk", "inodes", "open files", "tasks", "journal", "configuration", "identity", "containment",
                "limit memory", "limit swap", "limit cpu", "limit tasks",
                "limit io_weight", "units", "sudo",
            ])
        #expect(findings.allSatisfy { ($0.verdict == .ok) == ($0.advice == nil) })
        #expect(findings[7].sentence.hasPrefix(geteuid() == 0 ? "jobd is root" : "jobd is no root"))
    }

    @Test("a limit is refused where the examination says so, and named in the answer where it is only nearly held")
    func limits() throws {
        let daemon = try TestDaemon()
        for (name, amount, _) in Self.amounts {
            var spec = JobSpec(command: Command(arguments: ["true"], directory: "/"))
            spec.resources[name] = amount
            let answer = Result { try daemon.submit([.init(spec: spec)])[0] }
            switch try enforcement(of: name, daemon) {
            case .full: #expect(try answer.get().approximate.isEmpty)
            case .approximate where name == .tasks && geteuid() == 0:
                let reason = "cannot be enforced here for root's jobs, which the kernel exempts; see jobctl doctor"
                let error = #expect(throws: VarlinkError.self) { try answer.get() }
                #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .invalidJob(field: "tasks", reason: reason)))
            case .approximate: #expect(try answer.get().approximate == [name.field])
            case .none:
                let reason =
                    "cannot be enforced here: jobd has no cgroup with the controller \(name.controller); "
                    + "see jobctl doctor"
                let error = #expect(throws: VarlinkError.self) { try answer.get() }
                let expected = JobError.ofJob(index: 0, .invalidJob(field: name.field, reason: reason))
                #expect(error.flatMap(JobError.init) == expected)
            }
        }
    }

    @Test("a job that was taken with limits runs with them")
    func run() throws {
        let daemon = try TestDaemon()
        for (name, amount, _) in Self.amounts {
            let enforcement = try enforcement(of: name, daemon)
            guard enforcement == .full || (enforcement == .approximate && name == .memory) else { continue }
            let id = try daemon.submit(["true"]) { $0.resources[name] = amount }
            let job = try #require(try daemon.wait(for: [id]).first)
            #expect(job.state == .succeeded, "\(name): \(job.reason ?? "")")
            #expect(job.json[name.field] == .integer(amount))
        }
    }

    @Test("a configuration that asks for what cannot be had stops the start with code 78, and says all of it")
    func impossible() throws {
        let daemon = try TestDaemon()
        let lacking = try Self.amounts.filter { try enforcement(of: $0.name, daemon) == .none }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        let path = "\(daemon.folder)/jobd.toml"
        let lines = lacking.map { "\($0.name.rawValue) = \($0.key)\n" }.joined()
        try FileWriting.write("[queues.default]\nworkers = 1\n\(lines)", to: path)
        // Where everything can be had there is nothing to stop it.
        guard !lacking.isEmpty else { return try daemon.start() }
        try daemon.launch()
        #expect(try daemon.waitForExit() == 78)
        for (name, _, _) in lacking {
            let sentence =
                "\(path): queues.default.\(name.rawValue) cannot be enforced here: jobd has no cgroup with the "
                + "controller \(name.controller); see jobctl doctor"
            #expect(daemon.errors.contains(sentence))
        }
    }

    @Test("a ceiling holds for what a job asks, and its sentence names the queue")
    func ceiling() throws {
        let daemon = try TestDaemon()
        guard try enforcement(of: .memory, daemon) != .none else { return }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try FileWriting.write("[queues.default]\nmemory_ceiling = \"8GiB\"\n", to: "\(daemon.folder)/jobd.toml")
        try daemon.start()
        let error = #expect(throws: VarlinkError.self) {
            try daemon.submit(["true"]) { $0.resources.memory = (8 << 30) + 1 }
        }
        let reason = "is more than queue default allows, which is 8589934592"
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .invalidJob(field: "memoryBytes", reason: reason)))
        let id = try daemon.submit(["true"]) { $0.resources.memory = 8 << 30 }
        #expect(try daemon.wait(for: [id]).first?.state == .succeeded)
    }

    @Test("a job finds the surroundings that it asked for, and what it used is told")
    func surroundings() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["sh", "-c", "umask; nice; ulimit -Sn; ulimit -Hn; ulimit -c"]) {
            $0.surroundings = Surroundings(
                fileMask: 0o027, nice: 19,
                limits: ProcessLimits([.openFiles: .init(soft: 64, hard: 65), .core: .init(0)]))
        }
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded, "\(job.reason ?? "")")
        #expect(try daemon.output(of: id) == "0027\n19\n64\n65\n0\n")
        let cost = try #require(job.attempts.first?.cost)
        #expect(cost.wallTime != nil && cost.startLatency != nil && cost.minorFaults != nil)
        #expect(job.json["umask"] == "027" && job.json["nice"] == 19)
    }
}
