import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Times, other jobs and sameness by a real daemon")
struct OrderTests {
    // MARK: Time

    @Test("a time that has passed is now, and one to come is waited for")
    func at() throws {
        let daemon = try TestDaemon()
        let past = try daemon.submit(["true"]) { $0.start = .at(Timestamp(nanoseconds: 0)) }
        #expect(try daemon.wait(for: [past]).map(\.state) == [.succeeded])
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        let due = now + .milliseconds(300)
        let future = try daemon.submit(["true"]) { $0.start = .at(due) }
        let job = try #require(try daemon.wait(for: [future]).first)
        #expect(try #require(job.started) >= due)
    }

    @Test("a job that has not started in time fails as expired")
    func expires() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) {
            $0.isHeld = true
            $0.expires = .milliseconds(200)
        }
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .failed && job.failure == "expired" && job.attemptCount == 0)
    }

    // MARK: Other jobs

    @Test("jobs start after others have succeeded, ended or failed, and fail where that cannot be any more")
    func dependencies() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let good = try daemon.submit("sh", "-c", "cat \(gate)")
        let bad = try daemon.submit("false")
        func after(_ id: JobID, _ condition: Dependency.Condition) throws -> JobID {
            try daemon.submit(["true"], after: [.init(on: id, condition: condition)]) { _ in }
        }
        let conditions = Dependency.Condition.allCases
        let ids = try conditions.map { try after(good, $0) } + conditions.map { try after(bad, $0) }
        #expect(try daemon.job(ids[0]).openDependencies == 1)
        try daemon.open(gate: gate)
        let jobs = try daemon.wait(for: ids).sorted { $0.id < $1.id }
        #expect(jobs.map(\.state) == [.succeeded, .succeeded, .failed, .failed, .succeeded, .succeeded])
        #expect(jobs.filter { $0.state == .failed }.map(\.failure) == ["dependency", "dependency"])
        let details = try #require(try daemon.job(ids[0]).details)
        #expect(details.dependencies == [Dependency(on: good, condition: .succeeded)])
        #expect(details.dependencyCount == 1)
    }

    @Test("a chain that failed can be retried from its beginning, and not from its middle")
    func repair() throws {
        let daemon = try TestDaemon()
        let first = try daemon.submit("sh", "-c", "[ $JOBD_ATTEMPT = 2 ]")
        let second = try daemon.submit(["true"], after: [.init(on: first, condition: .succeeded)]) { _ in }
        _ = try daemon.wait(for: [second])
        guard case .refused(let refusal) = try daemon.change(RetryCall.self, second) else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal.reason == "dependencyFailed" && refusal.job == first)
        let both = RetryCall(ids: [first, second])
        let answer = try ChangeAnswer(daemon.call(RetryCall.method, both.parameters))
        #expect(answer.jobs.map(\.result) == [.done(state: "ready"), .done(state: "blocked")])
        #expect(try daemon.wait(for: [first, second]).map(\.state) == [.succeeded, .succeeded])
    }

    // MARK: Sameness

    @Test("a key is one unfinished job: the first one, an error, or the newest")
    func key() throws {
        let daemon = try TestDaemon()
        func submit(_ conflict: UniqueKey.Conflict, held: Bool = true) throws -> SubmitCall.Answer.Stored {
            var spec = JobSpec(command: Command(arguments: ["true"], directory: "/"), isHeld: held)
            spec.key = UniqueKey("nightly", onConflict: conflict)
            return try daemon.submit([.init(spec: spec)])[0]
        }
        let first = try submit(.existing)
        #expect(first.existing == nil)
        let same = try submit(.existing)
        #expect(same.id == first.id && same.existing == .key)
        let error = #expect(throws: VarlinkError.self) { try submit(.reject) }
        let taken = JobError.keyTaken(key: "nightly", job: first.id, state: "held")
        #expect(error.flatMap(JobError.init) == .ofJob(index: 0, taken))
        let newest = try submit(.replace)
        #expect(newest.id != first.id && newest.existing == nil)
        let old = try daemon.job(first.id)
        #expect(old.state == .cancelled)
        #expect(old.details?.history.last?.event == "replaced" && old.details?.history.last?.job == newest.id)
        _ = try daemon.change(ReleaseCall.self, newest.id)
        _ = try daemon.wait(for: [newest.id])
        #expect(try submit(.reject).existing == nil)
    }
}
