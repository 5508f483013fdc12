import Jobs
import Testing

/// A job's life, put together from what is stored.
struct TransitionTests {
    private static let then = SampleJob.then
    private static let user = Actor.user(1_000)

    private func change(
        _ second: Int, _ cause: Change.Cause, _ state: JobState.Name, attempts: Int, by actor: Actor = user
    ) -> Change {
        Change(at: Self.then + .seconds(second), by: actor, cause: cause, state: state, attempts: attempts)
    }

    private func attempt(
        _ number: Int, from second: Int, to end: Int? = nil, _ outcome: Outcome = .exited(code: 1),
        next: JobState.Name = .scheduled
    ) -> Attempt {
        Attempt(
            number: number, node: "node", claimed: Self.then + .seconds(second),
            end: end.map { AttemptEnd(outcome: outcome, at: Self.then + .seconds($0)) },
            next: end == nil ? nil : next)
    }

    private func life(_ attempts: [Attempt], _ changes: [Change]) -> [String] {
        Transition.all(of: SampleJob.job(.succeeded), attempts: attempts, changes: changes).map { step in
            let cause =
                switch step.cause {
                case .submitted: "submitted"
                case .claimed(let attempt): "claimed \(attempt)"
                case .ended(let attempt, _): "ended \(attempt)"
                case .changed(let cause): "\(cause)"
                }
            return "\((step.at - Self.then).components.seconds) \(cause) \(step.state)"
        }
    }

    @Test("a life begins with the submit, by its submitter, in its first state")
    func begins() {
        let steps = Transition.all(of: SampleJob.job(.succeeded), attempts: [], changes: [])
        #expect(steps == [Transition(at: Self.then, by: Self.user, cause: .submitted, state: .ready)])
    }

    @Test("attempts and changes are told in the order in which they happened")
    func order() {
        let attempts = [
            attempt(1, from: 10, to: 20), attempt(2, from: 30, to: 40, next: .failed),
            attempt(3, from: 60, to: 80, .cancelled, next: .cancelled),
        ]
        let changes = [
            change(1, .held, .held, attempts: 0), change(2, .released, .ready, attempts: 0),
            change(25, .due, .ready, attempts: 1, by: .daemon), change(50, .retried, .ready, attempts: 2),
            change(70, .cancelled, .running, attempts: 3),
        ]
        #expect(
            life(attempts, changes) == [
                "0 submitted ready", "1 held held", "2 released ready", "10 claimed 1 running",
                "20 ended 1 scheduled", "25 due ready", "30 claimed 2 running", "40 ended 2 failed",
                "50 retried ready", "60 claimed 3 running", "70 cancelled running", "80 ended 3 cancelled",
            ])
    }

    @Test("a clock that was set back in between does not change the order")
    func clockSetBack() {
        let attempts = [
            attempt(1, from: 100, to: 50), attempt(2, from: 20, to: 10, .exited(code: 0), next: .succeeded),
        ]
        let changes = [
            change(200, .edited("priority"), .ready, attempts: 0),
            change(30, .due, .ready, attempts: 1, by: .daemon), change(15, .cancelled, .running, attempts: 2),
            change(5, .retried, .ready, attempts: 2),
        ]
        #expect(
            life(attempts, changes) == [
                "0 submitted ready", "200 edited(\"priority\") ready", "100 claimed 1 running",
                "50 ended 1 scheduled", "30 due ready", "20 claimed 2 running", "15 cancelled running",
                "10 ended 2 succeeded", "5 retried ready",
            ])
    }

    @Test("an attempt that runs has no end yet, and what was done to it is told")
    func running() {
        #expect(
            life([attempt(1, from: 1)], [change(2, .cancelled, .running, attempts: 1)]) == [
                "0 submitted ready", "1 claimed 1 running", "2 cancelled running",
            ])
    }

    @Test("starts and ends are the daemon's, what people did is theirs")
    func actors() {
        let steps = Transition.all(
            of: SampleJob.job(.succeeded), attempts: [attempt(1, from: 1, to: 2)],
            changes: [change(3, .retried, .ready, attempts: 1, by: .user(7))])
        #expect(steps.map(\.by) == [Self.user, .daemon, .daemon, .user(7)])
        #expect(steps[2].cause == .ended(attempt: 1, .exited(code: 1)))
    }
}
