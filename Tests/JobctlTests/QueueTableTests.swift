import JobClient
import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("Queues for people")
struct QueueTableTests {
    private func queue(
        _ name: String, workers: Int = 4, rate: String? = nil, retries: Int = 0, made: [String] = [],
        pause: PauseCall.Mode? = nil, counts: [JobState.Name: Int] = [:]
    ) -> JobClient.Queue {
        JobClient.Queue(
            QueueView(
                name: name, workers: workers, rate: rate, timeout: nil, killAfter: .seconds(10), retries: retries,
                backoff: .seconds(30), made: made,
                pause: pause.map { QueueView.Pause(mode: $0, by: "ann", since: SampleJobs.now) }, counts: counts))
    }

    @Test("a heading says what is busy, what waits, and who paused it")
    func headings() {
        #expect(QueueTable.heading(queue("a")) == "a: 0 of 4 workers busy, none waiting")
        #expect(
            QueueTable.heading(
                queue("b", pause: .drain, counts: [.running: 2, .ready: 3, .scheduled: 1, .blocked: 5, .held: 7]))
                == "b: 2 of 4 workers busy, 3 waiting, 1 scheduled, 5 blocked, 7 held; paused by ann")
        #expect(QueueTable.heading(queue("c", pause: .freeze)).hasSuffix("; frozen by ann"))
    }

    @Test("columns that say nothing are left out")
    func plain() {
        #expect(
            QueueTable.lines([queue("default", counts: [.succeeded: 9])]) == [
                "QUEUE    WORKERS  RUNNING  READY  SUCCEEDED  FAILED  TIMEOUT",
                "default  4        0        0      9          0       none",
            ])
    }

    @Test("settings that were made have a star")
    func settings() {
        #expect(
            QueueTable.lines([
                queue("a", workers: 8, rate: "10/1min", retries: 3, made: ["rate", "workers"], pause: .drain),
                queue("b", made: ["kill_after"], counts: [.held: 2]),
            ]) == [
                "QUEUE  PAUSED  WORKERS  RATE      RUNNING  READY  HELD  SUCCEEDED  FAILED  TIMEOUT  KILL AFTER  RETRIES  BACKOFF",
                "a      paused  8*       10/1min*  0        0            0          0       none                 3        30s",
                "b              4                  0        0      2     0          0       none     10s*",
            ])
    }
}
