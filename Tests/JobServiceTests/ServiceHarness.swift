import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// A clock that stands still until the test moves it.
final class ManualClock: Sendable {
    private let time: Monitor<Timestamp>

    /// 2026-11-22T09:00:00Z.
    init(at time: Timestamp = Timestamp(nanoseconds: 1_795_338_000_000_000_000)) {
        self.time = Monitor(time)
    }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }

    func set(to time: Timestamp) { self.time.withLock { $0 = time } }
}

/// A service on a scripted runner, with all that surrounds it.
final class ServiceHarness {
    let store: ControlledStore
    let runner = ScriptedRunner()
    let containment: ScriptedContainment
    let observer = RecordingServiceObserver()
    let watchers = JobWatchers()
    let clock: ManualClock
    let service: JobService

    /// No test waits longer for anything; far more than even a sanitized run on a busy machine needs.
    static let patience = Duration.seconds(20)

    static let me = Submitter(user: 1_000, group: 1_000)
    static let you = Submitter(user: 2_000, group: 2_000)
    static let mine = Requester(user: me.user, isAdministrator: false)
    static let administrator = Requester(user: 0, isAdministrator: true)

    init(
        workers: Int = 1, queues: [QueueSettings]? = nil, resources: [String: Int] = [:],
        retention: Retention = .default, store: ControlledStore = ControlledStore(),
        containment: ScriptedContainment = ScriptedContainment(), clock: ManualClock = ManualClock(),
        realTime: Bool = false, rules: StartRules = StartRules()
    ) {
        self.store = store
        self.containment = containment
        self.clock = clock
        let now: @Sendable () -> Timestamp = { realTime ? Timestamp.now : clock.now }
        let settings = ServiceSettings(
            queues: queues ?? [QueueSettings(name: .default, workers: workers)], resources: resources,
            retention: retention, start: rules)
        service = JobService(
            store: store, containment: containment, runner: runner, settings: settings, watchers: watchers,
            observer: observer, node: "node", now: now)
    }

    /// Starts the service, runs `body`, and stops the service whatever happened; a stop that hangs is an issue.
    func run(_ body: (ServiceHarness) throws -> Void) throws {
        _ = try service.start()
        try service.open()
        // The first look of the ledger is behind us then, and what follows is the test's.
        let result = Result {
            try ping()
            try body(self)
        }
        stop()
        try result.get()
    }

    /// Ends what runs, and all threads.
    func stop() {
        store.release()
        runner.finishAll()
        let service = service
        let isStopped = Event()
        let hurry = Event()
        hurry.set()
        do {
            _ = try DaemonThread(name: "stop") {
                service.drain(until: .now, orWhen: hurry)
                service.stop()
                isStopped.set()
            }
            if !isStopped.wait(until: .after(Self.patience)) { Issue.record("the service does not stop") }
        } catch {
            Issue.record("\(error)")
        }
    }

    /// Storage fails from now on: what runs is still running in the store when the next service starts.
    func crash() throws {
        store.failWrites(.outcomeUnknown("the power is gone"))
        _ = try refusal(of: service.ping())
    }
}

/// What a future failed with, if it failed with an error of the service.
func refusal<Value>(of future: Future<Value>) throws -> ServiceError? {
    do {
        _ = try future.result(until: .after(ServiceHarness.patience))
        return nil
    } catch let error as ServiceError {
        return error
    }
}
