import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

/// Each needs root: the daemon becomes the submitter, and the test submits as somebody else.
@Suite("Whose jobs they are", .enabled(if: geteuid() == 0))
struct IdentityTests {
    /// A user who is on every Debian machine and owns nothing.
    static let nobody: UInt32 = 65_534

    private func call(_ daemon: TestDaemon, as user: UInt32, _ method: String, _ parameters: String) throws
        -> JSONObject
    {
        try daemon.call(as: user, method, parameters)
    }

    private func submit(_ daemon: TestDaemon, as user: UInt32, _ command: String) throws -> JobID {
        let reply = try call(
            daemon, as: user, SubmitCall.method,
            "{\"jobs\": [{\"command\": [\"sh\", \"-c\", \"\(command)\"], \"directory\": \"/\"}]}")
        let answer = try SubmitCall.Answer(try #require(reply["parameters"]?.objectValue))
        return try answer.jobs[0].get().id
    }

    @Test("a job of an ordinary user runs with exactly that user's rights")
    func rights() throws {
        let daemon = try TestDaemon()
        let id = try submit(daemon, as: Self.nobody, "cat /proc/self/status")
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded)
        #expect(job.user == "nobody")
        var fields: [Substring: String] = [:]
        for line in try daemon.output(of: id).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0]] = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        #expect(fields["Uid"] == "65534 65534 65534 65534")
        #expect(fields["Gid"] == "65534 65534 65534 65534")
        #expect(fields["Groups"] == "65534")
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(fields[Substring(set)] == "0000000000000000") }
        for set in ["SigBlk", "SigIgn", "SigCgt"] { #expect(fields[Substring(set)] == "0000000000000000") }
    }

    @Test("somebody else's job looks like one that does not exist")
    func absent() throws {
        let daemon = try TestDaemon()
        let roots = try daemon.submit("true")
        _ = try daemon.wait(for: [roots])
        let own = try submit(daemon, as: Self.nobody, "true")
        let foreign = try call(daemon, as: Self.nobody, GetCall.method, "{\"ids\": [\(roots)]}")
        let missing = try call(daemon, as: Self.nobody, GetCall.method, "{\"ids\": [999]}")
        #expect(foreign["error"] == "io.jobd.Jobs.NoSuchJob")
        #expect(missing["error"] == "io.jobd.Jobs.NoSuchJob")
        let cancel = try call(daemon, as: Self.nobody, CancelCall.method, "{\"ids\": [\(roots)]}")
        let cancelled = try CancelCall.Answer(try #require(cancel["parameters"]?.objectValue)).jobs
        #expect(cancelled == [.init(id: roots, result: .unknown)])
        let logs = try call(daemon, as: Self.nobody, LogsCall.method, "{\"id\": \(roots)}")
        #expect(logs["error"] == "io.jobd.Jobs.NoSuchJob")
        let list = try call(daemon, as: Self.nobody, ListCall.method, "{}")
        let seen = try ListCall.Answer(try #require(list["parameters"]?.objectValue)).jobs.map(\.id)
        #expect(seen == [own])
    }

    @Test("somebody else's job can be neither changed, nor asked about, nor waited for")
    func foreign() throws {
        let daemon = try TestDaemon()
        let roots = try daemon.submit(["true"]) { $0.isHeld = true }
        for method in [HoldCall.method, ReleaseCall.method, RetryCall.method] {
            let reply = try call(daemon, as: Self.nobody, method, "{\"ids\": [\(roots)]}")
            let answer = try ChangeAnswer(try #require(reply["parameters"]?.objectValue))
            #expect(answer.jobs.map(\.result) == [.unknown])
        }
        let edit = try call(daemon, as: Self.nobody, EditCall.method, "{\"ids\": [\(roots)], \"now\": true}")
        let answer = try ChangeAnswer(try #require(edit["parameters"]?.objectValue))
        #expect(answer.jobs.map(\.result) == [.unknown])
        let why = try call(daemon, as: Self.nobody, WhyCall.method, "{\"id\": \(roots)}")
        #expect(why["error"] == "io.jobd.Jobs.NoSuchJob")
        let after = try call(
            daemon, as: Self.nobody, SubmitCall.method, "{\"jobs\": [{\"command\": [\"true\"], \"after\": [\(roots)]}]}"
        )
        #expect(after["error"] == "io.jobd.Jobs.NoSuchDependency")
        #expect(try daemon.job(roots).details?.history.map(\.event) == ["submitted"])
    }

    @Test("everybody sees the queues, and only administrators change them")
    func queues() throws {
        let daemon = try TestDaemon()
        let list = try call(daemon, as: Self.nobody, QueuesCall.method, "{}")
        #expect(list["error"] == nil)
        for (method, parameters) in [
            (SetCall.method, "{\"queue\": \"default\", \"settings\": {\"workers\": \"1\"}}"),
            (PauseCall.method, "{\"queue\": \"default\"}"), (ResumeCall.method, "{\"queue\": \"default\"}"),
        ] {
            let reply = try call(daemon, as: Self.nobody, method, parameters)
            #expect(reply["error"] == "org.varlink.service.PermissionDenied")
        }
    }

    @Test("tokens, keys and limits are each user's own")
    func own() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4")
        let gate = daemon.gate()
        let roots = try daemon.submit(["sh", "-c", "echo ready; cat \(gate)"]) {
            $0.key = UniqueKey("k", onConflict: .reject)
            $0.limits = ["api": 1]
        }
        try daemon.waitForLine("ready", of: roots)
        let reply = try call(
            daemon, as: Self.nobody, SubmitCall.method,
            """
            {"jobs": [{"command": ["true"], "directory": "/", "key": "k", "onKeyConflict": "reject", \
            "limits": {"api": 1}}]}
            """)
        let id = try SubmitCall.Answer(try #require(reply["parameters"]?.objectValue)).jobs[0].get().id
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
        try daemon.open(gate: gate)
        _ = try daemon.wait(for: [roots])
    }

    @Test("who lacks a resource is not told whose jobs have it")
    func takers() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4\n[resources]\ngpu = 1")
        let gate = daemon.gate()
        let roots = try daemon.submit(["sh", "-c", "echo ready; cat \(gate)"]) { $0.needs = ["gpu": 1] }
        try daemon.waitForLine("ready", of: roots)
        let reply = try call(
            daemon, as: Self.nobody, SubmitCall.method,
            "{\"jobs\": [{\"command\": [\"true\"], \"directory\": \"/\", \"needs\": {\"gpu\": 1}}]}")
        let id = try SubmitCall.Answer(try #require(reply["parameters"]?.objectValue)).jobs[0].get().id
        let why = try call(daemon, as: Self.nobody, WhyCall.method, "{\"id\": \(id)}")
        #expect(why["parameters"]?["kind"] == "resource")
        #expect(why["parameters"]?["jobs"] == [])
        #expect(try daemon.why(id).parameters["jobs"] == [.integer(roots.rawValue)])
        try daemon.open(gate: gate)
        _ = try daemon.wait(for: [id])
    }
}
