import JobService
import Jobs
import Logging
import Testing

@testable import JobDaemon

@Suite("The configuration file")
struct ConfigurationTests {
    private func parse(_ text: String) throws(ConfigurationError) -> Configuration {
        try ConfigurationFile.parse(Array(text.utf8), file: "jobd.toml", processors: 4)
    }

    @Test("an empty file gives the defaults: a worker for each processor in the queue default")
    func defaults() throws {
        let configuration = try parse("")
        #expect(configuration == Configuration(processors: 4))
        #expect(configuration.queues[.default]?.workers == 4)
        #expect(configuration.drainTimeout == .seconds(60))
        #expect(configuration.shutdownTimeout == .seconds(30))
    }

    @Test("every key is taken")
    func everyKey() throws {
        let configuration = try parse(
            """
            [daemon]
            drain_timeout = "1min 30s"
            shutdown_timeout = "45s"
            log_level = "debug"
            root_jobs = false
            [queues.build]
            workers = 3
            timeout = "2h"
            kill_after = "5s"
            journal = "events"
            gain_privileges = true
            output_limit = "2MiB"
            rate = "100/1min"
            retries = 5
            backoff = "30s"
            isolation = "unit"
            memory = "2GiB"
            swap = "0"
            cpu = "150%"
            tasks = 500
            io_weight = 50
            memory_ceiling = "8GiB"
            swap_ceiling = "1M"
            cpu_ceiling = "400%"
            tasks_ceiling = 5000
            [resources]
            gpu = 2
            "license pool" = 1
            [retention]
            succeeded = "1h"
            failed = "0"
            cancelled = "2d"
            keep = 500
            """)
        #expect(configuration.drainTimeout == .seconds(90))
        #expect(configuration.shutdownTimeout == .seconds(45))
        #expect(configuration.logLevel == .debug)
        let name = try #require(QueueName("build"))
        let build = try #require(configuration.queues[name])
        #expect(build.workers == 3)
        #expect(build.timeout == .seconds(7200))
        #expect(build.killAfter == .seconds(5))
        #expect(build.journal == .events)
        #expect(build.mayGainPrivileges)
        #expect(build.outputLimit == 2 << 20)
        #expect(build.rate == StartRate(starts: 100, per: .seconds(60)))
        #expect(build.retries == 5)
        #expect(build.backoff == .seconds(30))
        #expect(build.isolation == .unit && !configuration.mayBeRoot)
        #expect(build.limits == ResourceLimits(memory: 2 << 30, swap: 0, cpu: 150, tasks: 500, ioWeight: 50))
        #expect(build.ceilings == ResourceLimits(memory: 8 << 30, swap: 1 << 20, cpu: 400, tasks: 5000))
        #expect(configuration.resources == ["gpu": 2, "license pool": 1])
        let ages: [JobState.Name: Duration] = [
            .succeeded: .seconds(3600), .failed: .zero, .cancelled: .seconds(172_800),
        ]
        #expect(configuration.retention == Retention(ages: ages, keep: 500))
        #expect(configuration.queues[.default]?.workers == 4)
    }

    @Test(
        "what cannot be names the file, the line, the key and what is allowed",
        arguments: [
            ("[daemon]\ncolour = 1", "jobd.toml:2: daemon.colour is not known"),
            ("[queus.default]\nworkers = 1", "jobd.toml:1: queus is not known here"),
            ("[queues.default]\nwokers = 1", "jobd.toml:2: queues.default.wokers is not known"),
            ("[queues.default]\nworkers = 0", "queues.default.workers must be a whole number from 1 to 1024"),
            ("[queues.default]\nworkers = \"2\"", "queues.default.workers must be a whole number"),
            ("[queues.default]\ntimeout = 5", "queues.default.timeout must be a duration"),
            ("[queues.default]\ngain_privileges = 1", "must be true or false"),
            ("[queues.default]\njournal = \"all\"", "must be one of \"lines\", \"events\", \"off\""),
            ("[queues.default]\noutput_limit = \"many\"", "must be a size"),
            ("[queues.\"no name\"]", "is not a name for a queue"),
            ("[queues.default]\nrate = \"fast\"", "queues.default.rate must be a number of starts and a time"),
            ("[queues.default]\nrate = 5", "queues.default.rate must be a number of starts and a time"),
            ("[queues.default]\nretries = -1", "queues.default.retries must be a whole number from 0 to 1000000"),
            ("[queues.default]\nbackoff = 5", "queues.default.backoff must be a duration"),
            ("[resources]\ngpu = 0", "resources.gpu must be a whole number from 1 to 1000000"),
            ("[resources]\n\"\" = 1", "is not a name for a resource"),
            ("resources = 3", "resources must be a table"), ("retention = \"7d\"", "retention must be a table"),
            ("[retention]\nrunning = \"7d\"", "retention.running is not known; [retention] has succeeded"),
            ("[retention]\nfailed = 7", "retention.failed must be a duration"),
            ("[retention]\nkeep = -1", "retention.keep must be a whole number from 0"),
            ("queues = 3", "queues must be a table"),
            ("[daemon]\nroot_jobs = \"no\"", "daemon.root_jobs must be true or false"),
            ("[queues.default]\nisolation = \"vm\"", "queues.default.isolation must be one of \"process\", \"unit\""),
            ("[queues.default]\nmemory = 5", "queues.default.memory must be a size like 512K"),
            ("[queues.default]\nmemory = \"63K\"", "in multiples of 1024, from 65536 to 1125899906842624"),
            ("[queues.default]\nswap_ceiling = \"lots\"", "queues.default.swap_ceiling must be a size like 512K"),
            ("[queues.default]\ncpu = \"150\"", "queues.default.cpu must be percent of one processor"),
            ("[queues.default]\ncpu_ceiling = \"0%\"", "like 50% or 150%, from 1 to 100000"),
            ("[queues.default]\ntasks = \"5\"", "queues.default.tasks must be a whole number, from 1 to 4194304"),
            ("[queues.default]\ntasks_ceiling = 0", "queues.default.tasks_ceiling must be a whole number, from 1 to"),
            ("[queues.default]\nio_weight = 10001", "queues.default.io_weight must be a whole number, from 1 to 10000"),
            ("[queues.default]\nio_weight_ceiling = 5", "queues.default.io_weight_ceiling is not known"),
            ("[queues.default]\n_ceiling = 5", "queues.default._ceiling is not known"),
            ("[daemon\n", "jobd.toml:1: is not TOML"),
            ("[)\n", "jobd.toml: is not TOML"), ("[[daemon.)]]\n", "jobd.toml:1: is not TOML"),
        ])
    func mistakes(text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try parse(text) }
        #expect(error?.description.contains(message) == true, "\(error.debugDescription)")
    }

    @Test("what cannot be had where the daemon runs is told, a sentence for each queue and limit")
    func impossible() throws {
        let configuration = try parse(
            """
            [queues.a]
            isolation = "unit"
            memory = "1GiB"
            [queues.b]
            memory = "1GiB"
            cpu_ceiling = "100%"
            """)
        let lack = "cannot be enforced here: jobd has no cgroup with the controller"
        #expect(
            configuration.problems(with: Abilities()) == [
                "queues.a.isolation is unit, and no systemd runs here that could run it as a unit",
                "queues.a.memory \(lack) memory; see jobctl doctor",
                "queues.b.memory \(lack) memory; see jobctl doctor", "queues.b.cpu \(lack) cpu; see jobctl doctor",
            ])
        // Nearly is enough for a process, but not for a unit.
        let nearly = Abilities(limits: [.memory: .approximate, .cpu: .full], units: .available)
        #expect(configuration.problems(with: nearly) == ["queues.a.memory \(lack) memory; see jobctl doctor"])
        let fully = Abilities(limits: [.memory: .full, .cpu: .full], units: .available)
        #expect(configuration.problems(with: fully) == [])
        let forbidden = Abilities(limits: [.memory: .full, .cpu: .full], units: .forbidden)
        #expect(
            configuration.problems(with: forbidden) == [
                "queues.a.isolation is unit, and the configuration lets no job run as a unit (units = false)"
            ])
    }

    @Test("all mistakes are told at once")
    func allMistakes() {
        let error = #expect(throws: ConfigurationError.self) {
            try parse("[daemon]\na = 1\nb = 2\n[queues.default]\nworkers = -1")
        }
        #expect(error?.problems.map(\.line) == [2, 3, 5])
    }

    @Test("a daemon with a bad configuration exits 78 and says what is wrong")
    func exitCode() throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try FileWriting.write("[queues.default]\nworkers = 0\n", to: "\(folder)/jobd.toml")
        let process = try TestProgram.start(
            [TestProgram.path("jobd"), "--config", "\(folder)/jobd.toml", "--check-config"], environment: [],
            errors: "\(folder)/errors")
        #expect(try TestProgram.waitForExit(of: process, within: TestDaemon.patience) == 78)
    }
}
