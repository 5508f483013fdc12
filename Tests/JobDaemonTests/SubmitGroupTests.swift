import Glibc
import JobProtocol
import JobService
import Jobs
import Kernel
import Testing
import Varlink

@testable import JobDaemon

@Suite("Who may use a daemon")
struct SubmitGroupTests {
    private func requester(
        _ user: UInt32, groups: [UInt32] = [], of daemonUser: UInt32, _ submitters: Authorizer.Submitters
    ) -> String {
        let authorizer = Authorizer(daemonUser: daemonUser, administrators: 70, submitters: submitters)
        let peer = PeerCredentials(user: user, group: 1000, groups: groups, process: 1)
        return authorizer.requester(peer).map { $0.isAdministrator ? "all" : "own" } ?? "nothing"
    }

    @Test("root, the daemon's user and administrators see all jobs, members of the group their own, others nothing")
    func rights() {
        for daemonUser: UInt32 in [0, 100] {
            #expect(requester(0, of: daemonUser, .group(60)) == "all")
            #expect(requester(daemonUser, of: daemonUser, .nobody) == "all")
            #expect(requester(500, groups: [70], of: daemonUser, .nobody) == "all")
            #expect(requester(500, groups: [59, 60], of: daemonUser, .group(60)) == "own")
            #expect(requester(500, groups: [59], of: daemonUser, .group(60)) == "nothing")
            #expect(requester(500, of: daemonUser, .everybody) == "own")
            #expect(requester(500, of: daemonUser, .nobody) == "nothing")
        }
    }

    @Test("without a group in the configuration root's daemon is everybody's, jobd's its group's, another's its own")
    func defaults() throws {
        func submitters(_ group: String?, isRoot: Bool, _ user: String?) throws -> Authorizer.Submitters {
            try Authorizer.Submitters(group: group, isRoot: isRoot, userName: user, file: "f") { name in
                ["jobd": 60, "jobs": 61][name]
            }
        }
        #expect(try submitters(nil, isRoot: true, "root") == .everybody)
        #expect(try submitters(nil, isRoot: false, "jobd") == .group(60))
        #expect(try submitters(nil, isRoot: false, "ada") == .nobody)
        #expect(try submitters("jobs", isRoot: true, "root") == .group(61))
        #expect(try submitters("jobs", isRoot: false, "jobd") == .group(61))
        let error = #expect(throws: DaemonFailure.self) { _ = try submitters("jbs", isRoot: true, "root") }
        #expect(error?.description == "f: daemon.submit_group: there is no group jbs")
        #expect(error?.exitCode == 78)
    }

    @Test(
        "members of the group submit to a daemon without privileges and see their own jobs, which run as its user",
        .enabled(if: geteuid() == 0))
    func members() throws {
        // As IdentityTests.nobody; from a copy, because a checkout may be where that user cannot read.
        let become = """
            folder=$(dirname "$3") && cp "$1" "$folder/program" && chmod 755 "$folder" && chown -R 65534:65534 "$folder" &&
            shift && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$folder/program" "$@"
            """
        let daemon = try TestDaemon(
            configuration: "[daemon]\nsubmit_group = \"users\"", wrapper: ["sh", "-c", become, "sh"])
        chmod(daemon.socket, 0o666)
        let users = try #require(try Group.number(of: "users"))
        let id = try daemon.submit(as: 64_001, groups: [users], "id -u").get()
        let others = try daemon.submit(as: 64_002, groups: [users], "true").get()
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded && job.user == "64001")
        #expect(try daemon.output(of: id) == "65534\n")
        let own = try daemon.call(as: 64_001, groups: [users], GetCall.method, "{\"ids\": [\(id)]}")
        #expect(own["error"] == nil)
        let foreign = try daemon.call(as: 64_001, groups: [users], GetCall.method, "{\"ids\": [\(others)]}")
        #expect(foreign["error"] == "io.jobd.Jobs.NoSuchJob")
        let reload = try daemon.call(as: 64_001, groups: [users], ReloadCall.method, "{}")
        #expect(reload["error"] == .string(VarlinkError.permissionDenied.name))
        let stranger = try daemon.call(as: 64_001, ListCall.method, "{}")
        #expect(stranger["error"] == .string(VarlinkError.permissionDenied.name))

        // A group that is taken away holds from the reload on, also for who is connected.
        try FileWriting.write("", to: "\(daemon.folder)/jobd.toml")
        _ = try daemon.call(ReloadCall.method, [:])
        let late = try daemon.call(as: 64_001, groups: [users], ListCall.method, "{}")
        #expect(late["error"] == .string(VarlinkError.permissionDenied.name))
    }
}
