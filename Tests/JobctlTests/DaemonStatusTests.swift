import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("The daemon for people")
struct DaemonStatusTests {
    private func answer(problems: [DaemonProblem] = [], unit: String? = "jobd.service") -> StatusCall.Answer {
        StatusCall.Answer(
            version: "1.2", pid: 7, state: .running, mode: .system, unit: unit, started: SampleJobs.now, user: "root",
            stateDirectory: "/var/lib/jobd", configuration: nil, containment: "cgroups",
            queues: [
                QueueView(
                    name: "default", workers: 4, timeout: nil, counts: [.running: 2, .ready: 3, .succeeded: 5])
            ], resources: ["gpu": 2],
            usage: DaemonUsage(
                memory: 20 << 20, threads: 9, connections: 3, openFiles: 40, openFileLimit: 1024, store: 1 << 20,
                log: 4096, free: 3 << 30, keepFree: 32 << 20), problems: problems)
    }

    @Test("its status is one screen")
    func status() {
        let lines = DaemonStatusCommand.lines(
            answer(problems: [DaemonProblem(at: SampleJobs.now, sentence: "it\nbroke")]), socket: "/run/jobd/jobd.sock",
            now: SampleJobs.now)
        #expect(lines.count < 24)
        #expect(lines.contains("mode:           system: each job runs as who submitted it"))
        #expect(lines.contains("store:          1.0 MiB, and a log of 4.0 KiB"))
        #expect(lines.contains("disk:           3.0 GiB free, keep_free is 32.0 MiB"))
        #expect(lines.contains("memory:         20.0 MiB, in 9 threads"))
        #expect(lines.contains("clients:        3 connected; 40 of 1024 files open"))
        #expect(lines.contains("jobs:           2 running, 3 waiting"))
        #expect(lines.contains("queues:         default: 2 of 4 workers busy, 3 waiting"))
        #expect(lines.last?.hasSuffix("Z it\\nbroke") == true)
        let calm = DaemonStatusCommand.lines(answer(unit: nil), socket: "s", now: SampleJobs.now)
        #expect(calm.last == "last errors:    none")
        #expect(calm.contains("unit:           none: no service manager runs it"))
    }

    private func units(_ text: String) -> [UnitState] { UnitState.parse(text) }

    private static func unit(
        _ name: String, active: String = "active", enabled: String = "enabled", result: String = "success",
        status: Int = 0, stale: String = "no", dropIns: String = ""
    ) -> String {
        """
        Id=\(name)
        LoadState=loaded
        ActiveState=\(active)
        UnitFileState=\(enabled)
        NeedDaemonReload=\(stale)
        Result=\(result)
        ExecMainStatus=\(status)
        DropInPaths=\(dropIns)
        """
    }

    private func service(_ text: String, socket: String = unit("jobd.socket")) throws -> [ExamineCall.Finding] {
        let units = units(text + "\n\n" + socket + "\n")
        #expect(units.count == 2)
        return ServiceExamination(service: units[0], socket: units[1], manager: "systemd 257", isUser: false).findings
    }

    @Test("of its units it is said whether they are up, come back, and are what is on the disk")
    func service() throws {
        let well = try service(Self.unit("jobd.service", dropIns: "/etc/a.conf /etc/b.conf"))
        #expect(well.map(\.verdict) == [.ok, .ok])
        #expect(
            well[0].sentence
                == "jobd.service is active and enabled, by systemd 257, with /etc/a.conf /etc/b.conf")
        #expect(try service(Self.unit("jobd.service", enabled: "disabled"))[0].verdict == .note)
        #expect(try service(Self.unit("jobd.service", stale: "yes"))[0].advice?.contains("daemon-reload") == true)
        #expect(try service(Self.unit("jobd.service", active: "inactive"))[0].verdict == .warning)
        let wrong = try service(Self.unit("jobd.service", active: "failed", result: "exit-code", status: 78))[0]
        #expect(wrong.verdict == .problem && wrong.sentence.hasSuffix(": exit-code, status 78"))
        #expect(wrong.advice?.contains("jobd --check-config") == true)
        let often = try service(Self.unit("jobd.service", active: "failed", result: "signal", status: 9))[0]
        #expect(often.advice?.hasSuffix("systemctl start jobd.socket jobd.service") == true)
        #expect(often.advice?.contains("systemctl reset-failed jobd.service jobd.socket") == true)
    }

    @Test("a socket that is not up, or not after a boot, is a warning")
    func socket() throws {
        let service = Self.unit("jobd.service")
        let down = try self.service(service, socket: Self.unit("jobd.socket", active: "inactive"))[1]
        #expect(down.verdict == .warning && down.advice?.contains("enable --now jobd.socket") == true)
        #expect(try self.service(service, socket: Self.unit("jobd.socket", active: "failed"))[1].verdict == .problem)
        let disabled = try self.service(service, socket: Self.unit("jobd.socket", enabled: "disabled"))[1]
        #expect(disabled.verdict == .warning && disabled.sentence.contains("after a boot"))
    }
}
