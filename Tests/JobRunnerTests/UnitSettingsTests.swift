import Glibc
import Jobs
import Kernel
import Systemd
import Testing

@testable import JobRunner

@Suite("The settings of units")
struct UnitSettingsTests {
    private static let account = Account(user: 1000, name: "ada", home: "/home/ada", shell: "/bin/sh", group: 1000)

    /// - Parameter change: `nil` is a daemon of the user's own.
    private static func settings(
        _ arguments: [String] = ["/bin/true"], change: Identity.Change? = .init(user: 1000, group: 1000, groups: [27]),
        properties: [String] = [], surroundings: Surroundings = Surroundings(), gains: Bool = false,
        resources: ResourceLimits = ResourceLimits(), secrets: [SecretName: [UInt8]] = [:],
        ceilings: ProcessLimits = ProcessLimits(), directory: String? = nil, name: String? = nil
    ) throws -> UnitSettings {
        let order = AttemptOrder(
            id: AttemptID(job: JobID(rawValue: 7), number: 2),
            command: Command(arguments: arguments, directory: directory, environment: ["A": "$B"]), name: name,
            queue: .default,
            submitter: Submitter(user: 1000, group: 1000), surroundings: surroundings,
            attachments: Attachments(secrets: secrets), resources: resources,
            isolation: .unit, properties: try properties.map { try #require(UnitProperty($0)) },
            mayGainPrivileges: gains, timeout: nil, killAfter: .seconds(3), outputLimit: 1)
        let identity = Identity(account: account, change: change)
        return UnitSettings(
            order: order, identity: identity,
            environment: JobEnvironment(order: order, identity: identity, store: "abc"), secrets: "/run/secrets",
            inherited: ["PATH", "DISPLAY"], ceilings: ceilings, openFileLimit: nil, hardLimit: { _ in 4096 })
    }

    /// The last one of each name: systemd takes them in their order.
    private static func values(_ settings: UnitSettings) throws -> [String: BusValue] {
        let properties = try settings.properties(input: 3, output: 4, errors: 5)
        return Dictionary(properties.map { ($0.name, $0.value) }) { $1 }
    }

    @Test("a command is run as it is: no variable and no specifier in it is replaced")
    func command() throws {
        let values = try Self.values(try Self.settings(["/bin/echo", "$HOME", "%n"]))
        let line = BusValue.structure([
            .string("/bin/echo"), .strings(["/bin/echo", "$HOME", "%n"]), .strings(["no-env-expand"]),
        ])
        #expect(values["ExecStartEx"] == .array([line], of: "(sasas)"))
        #expect(values["StandardOutputFileDescriptor"] == .descriptor(4))
        #expect(values["StandardInputFileDescriptor"] == .descriptor(3))
    }

    @Test("a daemon that is root takes on the submitter, and any other leaves it to its manager")
    func account() throws {
        let values = try Self.values(try Self.settings())
        #expect(values["User"] == .string("1000"))
        #expect(values["Group"] == .string("1000"))
        #expect(values["SupplementaryGroups"] == .strings(["27"]))
        #expect(values["WorkingDirectory"] == .string("-/home/ada"))
        #expect(try Self.values(try Self.settings(change: nil))["User"] == nil)
    }

    @Test("the name of a job is not in the file that systemd makes of its unit")
    func name() throws {
        let values = try Self.values(try Self.settings(name: "a\n[Service]\nExecStopPost=+/bin/true"))
        #expect(values["Description"] == .string("jobd job 7, attempt 2"))
    }

    @Test(
        "a text that is no single line in the unit's file is refused, wherever it comes from",
        arguments: ["\n", "\r", "\u{1F}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "\\", "\u{600}\\"])
    func lines(_ end: String) throws {
        let root = Identity.Change(user: 0, group: 0, groups: [])
        let file = Surroundings(input: .file("/srv/a\(end)"))
        let all = try [
            Self.settings(directory: "/srv/a\(end)"), Self.settings(["/srv/a\(end)"]),
            Self.settings(["./true"], directory: "/srv/a\(end)"), Self.settings(change: root, surroundings: file),
        ]
        for settings in all {
            let failure = #expect(throws: UnitFailure.self) { try Self.values(settings) }
            let reason = try #require(failure?.reason)
            #expect(reason.hasSuffix("a control character, or a backslash at the end, cannot be in a unit"))
        }
    }

    @Test("a list may not end a word with the backslash that its text takes twice")
    func backslash() throws {
        #expect(throws: UnitFailure.self) {
            try Self.values(try Self.settings(properties: [#"ReadOnlyPaths=/a\\ /b"#]))
        }
    }

    @Test("arguments and variables may hold anything: systemd quotes them")
    func quoted() throws {
        let values = try Self.values(try Self.settings(["/bin/echo", "a\n\r\u{1}\\"]))
        let line = BusValue.structure([
            .string("/bin/echo"), .strings(["/bin/echo", "a\n\r\u{1}\\"]), .strings(["no-env-expand"]),
        ])
        #expect(values["ExecStartEx"] == .array([line], of: "(sasas)"))
    }

    @Test("a user that systemd makes has neither the submitter's account nor its variables")
    func dynamicUser() throws {
        let root = Identity.Change(user: 0, group: 0, groups: [])
        let values = try Self.values(try Self.settings(change: root, properties: ["DynamicUser=yes"]))
        #expect(values["User"] == nil && values["DynamicUser"] == .boolean(true))
        let names = (values["Environment"]?.elements ?? []).compactMap { $0.text?.prefix { $0 != "=" } }
        #expect(!names.contains("HOME") && names.contains("A") && names.contains("JOBD_ID"))
    }

    @Test("only root's jobs, and those of a user's own daemon, are given more than their submitter has")
    func rights() throws {
        #expect(throws: UnitFailure.self) {
            try Self.values(try Self.settings(properties: ["AmbientCapabilities=CAP_KILL"]))
        }
        #expect(throws: UnitFailure.step(StartFailure(step: .priority, errno: EACCES))) {
            try Self.values(try Self.settings(surroundings: Surroundings(nice: -1)))
        }
        #expect(throws: UnitFailure.step(StartFailure(step: .ioPriority, errno: EPERM))) {
            try Self.values(try Self.settings(surroundings: Surroundings(ioPriority: .realTime(level: 0))))
        }
        let file = Surroundings(input: .file("/etc/shadow"))
        #expect(throws: UnitFailure.step(StartFailure(step: .input, errno: EOPNOTSUPP))) {
            try Self.values(try Self.settings(surroundings: file))
        }
        let own = try Self.values(
            try Self.settings(change: nil, properties: ["AmbientCapabilities=CAP_KILL"], surroundings: file))
        #expect(own["AmbientCapabilities"] == .uint64(1 << 5))
        #expect(own["StandardInputFile"] == .string("/etc/shadow"))
    }

    @Test("a job that may gain privileges may not where its user has chosen what they see")
    func privileges() throws {
        #expect(try Self.values(try Self.settings())["NoNewPrivileges"] == .boolean(true))
        #expect(try Self.values(try Self.settings(gains: true))["NoNewPrivileges"] == .boolean(false))
        let hidden = try Self.settings(properties: ["InaccessiblePaths=/etc/shadow"], gains: true)
        #expect(try Self.values(hidden)["NoNewPrivileges"] == .boolean(true))
    }

    @Test("a user's limits are at most what the manager gives")
    func limits() throws {
        let wishes = ProcessLimits([.openFiles: .init(soft: 100, hard: 1 << 20), .core: .init(soft: 1 << 20)])
        let values = try Self.values(try Self.settings(surroundings: Surroundings(limits: wishes)))
        #expect(values["LimitNOFILE"] == .uint64(4096) && values["LimitNOFILESoft"] == .uint64(100))
        #expect(values["LimitCORE"] == .uint64(4096) && values["LimitCORESoft"] == .uint64(4096))
        #expect(try Self.values(try Self.settings())["LimitCORESoft"] == .uint64(0))
        let bounded = try Self.settings(ceilings: ProcessLimits([.addressSpace: .init(1000)]))
        #expect(try Self.values(bounded)["LimitAS"] == .uint64(1000))
    }

    @Test("what the job may use is the unit's")
    func resources() throws {
        let resources = ResourceLimits(memory: 1 << 20, swap: 0, cpu: 150, tasks: 9, ioWeight: 200)
        let values = try Self.values(try Self.settings(resources: resources))
        #expect(values["MemoryMax"] == .uint64(1 << 20) && values["MemorySwapMax"] == .uint64(0))
        #expect(values["CPUQuotaPerSecUSec"] == .uint64(1_500_000))
        #expect(values["TasksMax"] == .uint64(9) && values["IOWeight"] == .uint64(200))
    }

    @Test("variables of the manager are taken away, except where the job has them too")
    func environment() throws {
        let values = try Self.values(try Self.settings())
        #expect(values["UnsetEnvironment"]?.elements?.contains(.string("DISPLAY")) == true)
        #expect(values["UnsetEnvironment"]?.elements?.contains(.string("PATH")) == false)
        #expect(values["Environment"]?.elements?.contains(.string("A=$B")) == true)
    }

    @Test("systemd takes each secret from its file")
    func secrets() throws {
        let names = try ["b", "a"].map { try #require(SecretName($0)) }
        let values = try Self.values(try Self.settings(secrets: [names[0]: [1], names[1]: [2]]))
        let files = ["a", "b"].map { BusValue.structure([.string($0), .string("/run/secrets/\($0)")]) }
        #expect(values["LoadCredential"] == .array(files, of: "(ss)"))
    }

    @Test("units of two stores, and two attempts, have different names")
    func names() {
        let attempt = AttemptID(job: JobID(rawValue: 7), number: 2)
        let name = UnitName(store: "0123456789abcdef")
        #expect(name.text(of: attempt) == "jobd-0123456789ab-7-2.service")
        #expect(name.pattern == "jobd-0123456789ab-*.service")
    }

    @Test("a unit that must end is killed again and again, and mentioned when that takes long")
    func killing() {
        func at(_ seconds: Int64) -> BootTime { BootTime(nanoseconds: seconds * 1_000_000_000) }
        var killing = UnitKilling(patience: .seconds(10))
        #expect(killing.step(now: at(1)) == .nothing && killing.deadline == nil)
        killing.begin(now: at(5))
        #expect(killing.step(now: at(5)) == .kill)
        killing.begin(now: at(5))
        #expect(killing.step(now: at(5)) == .nothing && killing.deadline == at(6))
        #expect(killing.step(now: at(6)) == .kill)
        #expect(killing.step(now: at(15)) == .mention)
        #expect(killing.step(now: at(16)) == .kill)
    }

    @Test("what asks for a unit does not start where there is none, and what does not is run as ever")
    func routing() throws {
        let runner = RoutingRunner(processes: FixedRunner(), units: nil)
        let order = try Self.settings().order
        #expect(runner.run(order, control: AttemptControl()).outcome == .couldNotStart(step: .unit, errno: EOPNOTSUPP))
        let child = AttemptOrder(
            id: order.id, command: order.command, name: nil, queue: .default, submitter: order.submitter, timeout: nil,
            killAfter: .zero, outputLimit: 1)
        #expect(runner.run(child, control: AttemptControl()).outcome == .exited(code: 17))
    }

    private struct FixedRunner: AttemptRunner {
        func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd {
            AttemptEnd(outcome: .exited(code: 17), at: Timestamp(nanoseconds: 0))
        }
    }
}
