import Foundation
import Jobs
import Testing

/// The table of README.md, "The life of a job", says what the state machine does.
struct LifeTableTests {
    /// One way from a state to a state.
    struct Step: Hashable {
        let event: String
        let from: String
        let to: String
    }

    @Test("the table in README.md has each step that the state machine allows, and no other")
    func table() throws {
        let documented = try Self.documented()
        #expect(documented.subtracting(Self.allowed) == [], "the machine does not do that")
        #expect(Self.allowed.subtracting(documented) == [], "README.md does not say that")
    }

    // MARK: What README.md says

    /// The rows `| event | from, from | to, to |` below the heading, each way on its own.
    private static func documented() throws -> Set<Step> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let heading = try #require(lines.firstIndex { $0.hasPrefix("#") && $0.hasSuffix(" The life of a job") })
        let rows = lines[(heading + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
        var steps: Set<Step> = []
        for row in rows {
            let cells = row.split(separator: "|").map { words(in: $0) }
            try #require(cells.count == 3, "\(row)")
            let event = cells[0].joined(separator: ", ")
            for from in cells[1] { for to in cells[2] { steps.insert(Step(event: event, from: from, to: to)) } }
        }
        return steps
    }

    private static func words(in cell: Substring) -> [String] {
        cell.filter { $0 != "`" }.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    // MARK: What the machine does

    private static let events: [(name: String, events: [JobEvent])] = [
        ("due", [.due]), ("dependency met", [.dependencyMet]),
        ("dependency failed", [.dependencyFailed(on: JobID(rawValue: 1))]), ("expired", [.expired]),
        ("claimed", [.claimed]), ("ended", ends), ("cancel", [.cancelRequested]), ("replaced", [.replaced]),
        ("hold", [.holdRequested]), ("release", [.releaseRequested]),
        ("retry", [.retryRequested(openDependencies: 0), .retryRequested(openDependencies: 1)]),
        ("edit of the time", [.rescheduled(nil), .rescheduled(.after(.seconds(1)))]),
    ]

    private static let ends: [JobEvent] = ([0, 1] as [Int32]).flatMap { code in
        [0.0, 0.5].flatMap { jitter in
            [0, 1].map { retries in
                let policy = RetryPolicy(RetryRequest(retries: retries, backoff: .seconds(8)))
                return .ended(attempt: SampleJob.attempts, .exited(code: code), policy, jitter: jitter)
            }
        }
    }

    /// A wait for a resource is left out: to people such a job is ready all the while.
    private static let allowed: Set<Step> = {
        var steps: Set<Step> = []
        let jobs =
            SampleJob.allCases.map(\.job) + [
                SampleJob.job(.blocked(notBefore: nil), attempts: 0, openDependencies: 1),
                SampleJob.job(.blocked(notBefore: SampleJob.start), attempts: 0, openDependencies: 1),
                SampleJob.job(.held(notBefore: nil), attempts: 0), SampleJob.job(SampleJob.held.state, attempts: 0),
            ]
        for (name, events) in events {
            for event in events {
                for before in jobs {
                    var job = before
                    guard (try? JobStateMachine.apply(event, to: &job, at: SampleJob.now)) != nil else { continue }
                    let isSeen = !before.state.isFinal || !job.state.isFinal
                    guard isSeen, !(before.state.name == .held && name == "dependency met") else { continue }
                    steps.insert(
                        Step(event: name, from: before.state.name.rawValue, to: job.state.name.rawValue))
                }
            }
        }
        return steps
    }()
}
