import Jobs
import Testing

/// State × event → state: every pair.
struct JobStateMachineTests {
    /// What a pair must lead to.
    enum Expected: Sendable {
        case state(JobState, attempts: Int, JobStateMachine.Action)
        case error(JobStateError)
    }

    struct Line: Sendable, CustomTestStringConvertible {
        let state: JobState
        let event: JobEvent
        let expected: Expected

        var testDescription: String { "\(state.name) + \(event)" }
    }

    private static let then = Timestamp(nanoseconds: 5)
    private static let now = Timestamp(nanoseconds: 7)
    /// Attempts before the event.
    private static let attempts = 2

    private static let due = JobEvent.due(at: now)
    private static let ended = JobEvent.ended(attempt: 2, .exited(code: 0))
    private static let stale = JobEvent.ended(attempt: 1, .exited(code: 0))

    private static func line(_ state: JobState, _ event: JobEvent, _ expected: Expected) -> Line {
        Line(state: state, event: event, expected: expected)
    }

    private static func finalLines(_ state: JobState) -> [Line] {
        [
            line(state, due, .error(.notPossible(due, state.name))),
            line(state, .claimed, .error(.notPossible(.claimed, state.name))),
            line(state, ended, .error(.staleAttempt(2))),
            line(state, stale, .error(.staleAttempt(1))),
            line(state, .cancelRequested, .error(.alreadyFinal(state.name))),
        ]
    }

    static let table: [Line] =
        [
            line(.scheduled(until: then), due, .state(.ready(since: now), attempts: 2, .none)),
            line(.scheduled(until: then), .claimed, .error(.notPossible(.claimed, .scheduled))),
            line(.scheduled(until: then), ended, .error(.staleAttempt(2))),
            line(.scheduled(until: then), stale, .error(.staleAttempt(1))),
            line(.scheduled(until: then), .cancelRequested, .state(.cancelled, attempts: 2, .announceEnd)),

            line(.ready(since: then), due, .error(.notPossible(due, .ready))),
            line(.ready(since: then), .claimed, .state(.running(attempt: 3), attempts: 3, .run(attempt: 3))),
            line(.ready(since: then), ended, .error(.staleAttempt(2))),
            line(.ready(since: then), stale, .error(.staleAttempt(1))),
            line(.ready(since: then), .cancelRequested, .state(.cancelled, attempts: 2, .announceEnd)),

            line(.running(attempt: 2), due, .error(.notPossible(due, .running))),
            line(.running(attempt: 2), .claimed, .error(.notPossible(.claimed, .running))),
            line(.running(attempt: 2), ended, .state(.succeeded, attempts: 2, .announceEnd)),
            line(.running(attempt: 2), stale, .error(.staleAttempt(1))),
            line(.running(attempt: 2), .ended(attempt: 3, .lost), .error(.staleAttempt(3))),
            line(.running(attempt: 2), .cancelRequested, .state(.running(attempt: 2), attempts: 2, .stop(attempt: 2))),
        ] + finalLines(.succeeded) + finalLines(.failed(.timedOut)) + finalLines(.cancelled)

    @Test("each pair of state and event leads where the table says", arguments: table)
    func pair(line: Line) {
        var machine = JobStateMachine(state: line.state, attempts: Self.attempts)
        switch line.expected {
        case .state(let state, let attempts, let action):
            do throws(JobStateError) {
                let found = try machine.apply(line.event)
                #expect(found == action)
            } catch {
                Issue.record("\(error)")
            }
            #expect(machine.state == state)
            #expect(machine.attempts == attempts)
        case .error(let expected):
            do throws(JobStateError) {
                let action = try machine.apply(line.event)
                Issue.record("\(action)")
            } catch {
                #expect(error == expected)
            }
            #expect(machine.state == line.state, "it changed though it threw")
            #expect(machine.attempts == Self.attempts)
        }
    }

    @Test("the table names every pair")
    func complete() {
        for state in JobState.Name.allCases {
            let events = Set(Self.table.filter { $0.state.name == state }.map { Self.kind(of: $0.event) })
            #expect(events == ["due", "claimed", "ended", "cancelRequested"], "\(state)")
        }
    }

    /// A new kind of event does not compile here until it has a place in the table.
    private static func kind(of event: JobEvent) -> String {
        switch event {
        case .due: "due"
        case .claimed: "claimed"
        case .ended: "ended"
        case .cancelRequested: "cancelRequested"
        }
    }

    @Test(
        "an outcome leads to its final state",
        arguments: [
            (Outcome.exited(code: 0), JobState.succeeded), (.exited(code: 1), .failed(.exited(code: 1))),
            (.signalled(15), .failed(.signalled(15))), (.timedOut, .failed(.timedOut)), (.cancelled, .cancelled),
            (.couldNotStart(step: .user, errno: 1), .failed(.couldNotStart(step: .user, errno: 1))),
            (.interrupted, .failed(.interrupted)), (.lost, .failed(.lost)),
        ])
    func outcome(outcomeAndState: (Outcome, JobState)) throws {
        var machine = JobStateMachine(state: .running(attempt: 1), attempts: 1)
        let action = try machine.apply(.ended(attempt: 1, outcomeAndState.0))
        #expect(action == .announceEnd)
        #expect(machine.state == outcomeAndState.1)
        #expect(machine.state.isFinal)
    }

    @Test("a job that is submitted waits for its delay, or is ready")
    func submitted() {
        let now = Timestamp(nanoseconds: 1_000)
        for (delay, state) in [
            (nil, JobState.ready(since: now)), (.zero, .ready(since: now)), (.nanoseconds(-1), .ready(since: now)),
            (.nanoseconds(5), .scheduled(until: Timestamp(nanoseconds: 1_005))),
        ] as [(Duration?, JobState)] {
            let machine = JobStateMachine(submittedAt: now, delay: delay)
            #expect(machine.state == state && machine.attempts == 0)
        }
    }

    @Test("a job that runs through its life has one attempt and one end")
    func life() throws {
        var machine = JobStateMachine(submittedAt: Timestamp(nanoseconds: 0), delay: .seconds(1))
        let actions = try [.due(at: Self.now), .claimed, .cancelRequested, .ended(attempt: 1, .cancelled)].map {
            (event: JobEvent) in try machine.apply(event)
        }
        #expect(actions == [.none, .run(attempt: 1), .stop(attempt: 1), .announceEnd])
        #expect(machine.state == .cancelled && machine.attempts == 1)
    }
}
