import JobClient
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Looking at jobs")
struct LookTests {
    @Test("jobs are asked for all at once, and one that is missing says nothing of the others")
    func missing() throws {
        let daemon = try ScriptedDaemon([
            [
                .read, .read, .read, .reply(["jobs": [.object(Sample.job(1))]]), .fail(.noSuchJob(JobID(rawValue: 2))),
                .reply(["jobs": [.object(Sample.job(3, state: "running"))]]),
            ]
        ])
        let jobs = try JobClient(socket: daemon.socket).jobs([1, 2, 3])
        #expect(jobs.keys.sorted() == [1, 3])
        #expect(jobs[3]?.state == .running)
        #expect(jobs[1]?.json == JSONValue.object(Sample.job(1)).description)
    }

    @Test("a job that is not there is an error of its own")
    func noSuchJob() throws {
        let daemon = try ScriptedDaemon([[.read, .fail(.noSuchJob(JobID(rawValue: 9))), .waitForEnd]])
        let client = JobClient(socket: daemon.socket)
        #expect(throws: JobClientError.noSuchJob(9)) { try client.job(9) }
    }

    @Test("a list goes on where the page before ended")
    func pages() throws {
        let daemon = try ScriptedDaemon([
            [
                .read, .reply(["jobs": [.object(Sample.job(9))], "next": 9]),
                .read, .reply(["jobs": [.object(Sample.job(5))]]),
            ]
        ])
        let client = JobClient(socket: daemon.socket)
        let filter = JobClient.Filter(states: [.failed], queues: ["build"], user: "ann", name: "n")
        let first = try client.jobs(matching: filter, limit: 1)
        let second = try client.jobs(matching: filter, before: first.next, limit: 1)
        #expect(first.jobs.map(\.id) + second.jobs.map(\.id) == [9, 5])
        #expect(second.next == nil)
        let build = try #require(QueueName("build"))
        let expected = ListCall(states: [.failed], queues: [build], user: "ann", name: "n", limit: 1)
        var next = expected
        next.before = JobID(rawValue: 9)
        #expect(try daemon.calls().map { try ListCall($0.parameters) } == [expected, next])
    }

    @Test("a queue that cannot exist is not asked for")
    func wrongQueue() {
        let client = JobClient(socket: "/nonexistent/s")
        #expect(throws: JobClientError.self) { try client.jobs(matching: .init(queues: ["no/name"])) }
    }

    @Test("each job's cancelling has an outcome of its own")
    func cancel() throws {
        let answer: JSONObject = [
            "jobs": [
                ["id": 1, "result": "cancelled"], ["id": 2, "result": "stopping"],
                ["id": 3, "result": "ended", "state": "failed"], ["id": 4, "result": "unknown"],
            ]
        ]
        let daemon = try ScriptedDaemon([[.read, .reply(answer)]])
        let results = try JobClient(socket: daemon.socket).cancel([1, 2, 3, 4])
        #expect(results == [.cancelled, .stopping, .ended(.failed), .unknown])
    }

    @Test("an answer that is none is said to be so")
    func brokenReply() throws {
        let daemon = try ScriptedDaemon([[.read, .reply(["version": 7]), .waitForEnd]])
        let client = JobClient(socket: daemon.socket)
        #expect(throws: JobClientError.brokenReply("version must be a string")) { try client.status() }
    }

    @Test("a connection that broke while nobody asked is made anew")
    func idleConnection() throws {
        let daemon = try ScriptedDaemon([
            [.read, .reply(["jobs": [.object(Sample.job(1))]])], [.read, .reply(["jobs": [.object(Sample.job(2))]])],
        ])
        let client = JobClient(socket: daemon.socket)
        #expect(try client.job(1).id == 1)
        #expect(try client.job(2).id == 2)
    }
}
