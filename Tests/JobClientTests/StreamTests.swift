import JobClient
import JobProtocol
import Jobs
import Testing
import Threading
import Varlink

@Suite("Following")
struct StreamTests {
    @Test("a log that breaks off goes on where it was, in the same attempt, and on to later ones")
    func logsResume() throws {
        let daemon = try ScriptedDaemon([
            [.read, .more(Sample.logs(attempt: 2, next: 10, end: false, "a"))],
            [.read, .fail(.shuttingDown), .waitForEnd],
            [
                .read, .more(Sample.logs(attempt: 2, next: 20, end: false, "b")),
                .reply(Sample.logs(attempt: 2, next: 30, end: true, "c")),
            ],
        ])
        let logs = JobClient(socket: daemon.socket).logs(of: 5, follow: true)
        var text: [UInt8] = []
        while let part = try logs.next() { text += part.lines.flatMap(\.bytes) }
        #expect(String(decoding: text, as: UTF8.self) == "a\nb\nc\n")
        let calls = try daemon.calls().map { try LogsCall($0.parameters) }
        let job = JobID(rawValue: 5)
        #expect(
            calls == [
                LogsCall(id: job, follow: true, later: true),
                LogsCall(id: job, attempt: 2, offset: 10, follow: true, later: true),
                LogsCall(id: job, attempt: 2, offset: 10, follow: true, later: true),
            ])
    }

    @Test("a wait that breaks off goes on with the jobs that are left")
    func waitResumes() throws {
        let daemon = try ScriptedDaemon([
            [.read, .more(["job": .object(Sample.job(2))])], [.read, .reply(["job": .object(Sample.job(1))])],
        ])
        let ends = JobClient(socket: daemon.socket).ends(of: [1, 2])
        var ended: [Int64] = []
        while let job = try ends.next() { ended.append(job.id) }
        #expect(ended == [2, 1])
        #expect(try daemon.calls().map { try WaitCall($0.parameters).ids.map(\.rawValue) } == [[1, 2], [1]])
    }

    @Test("after its time is over a wait can go on")
    func timeout() throws {
        let late = Event()
        let daemon = try ScriptedDaemon([[.read, .wait(late), .reply(["job": .object(Sample.job(1))])]])
        let ends = JobClient(socket: daemon.socket).ends(of: [1])
        #expect(throws: JobClientError.timedOut) { try ends.next(within: .milliseconds(20)) }
        late.set()
        #expect(try ends.next(within: ScriptedDaemon.patience)?.id == 1)
        #expect(try ends.next() == nil)
        #expect(try daemon.calls().count == 1)
    }

    @Test("a job that does not exist ends the wait")
    func noSuchJob() throws {
        let daemon = try ScriptedDaemon([[.read, .fail(.noSuchJob(JobID(rawValue: 1))), .waitForEnd]])
        let ends = JobClient(socket: daemon.socket).ends(of: [1])
        #expect(throws: JobClientError.noSuchJob(1)) { try ends.next() }
    }

    @Test("another thread can end a wait, and the client stays ended")
    func interrupt() throws {
        let isAsked = Event()
        let daemon = try ScriptedDaemon([[.read, .set(isAsked), .waitForEnd]])
        let client = JobClient(socket: daemon.socket)
        let interrupter = client.interrupter
        let other = try DaemonThread(name: "other") {
            isAsked.wait(until: .after(ScriptedDaemon.patience))
            interrupter.interrupt()
        }
        #expect(throws: JobClientError.interrupted) { try client.waitForEnd(of: 1) }
        other.join()
        #expect(throws: JobClientError.interrupted) { try client.status() }
    }

    @Test("another thread can end the patience with a daemon that is gone")
    func interruptPatience() throws {
        let isHangingUp = Event()
        let daemon = try ScriptedDaemon([[.read, .set(isHangingUp)]])
        let client = JobClient(socket: daemon.socket, patience: .seconds(3600))
        let interrupter = client.interrupter
        let other = try DaemonThread(name: "other") {
            isHangingUp.wait(until: .after(ScriptedDaemon.patience))
            interrupter.interrupt()
        }
        #expect(throws: JobClientError.interrupted) { try client.status() }
        other.join()
    }
}
