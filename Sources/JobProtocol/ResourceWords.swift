import Jobs
import Varlink

extension WaitReasonWords {
    /// What a job lacks of a resource, and who has it.
    ///
    /// - Parameter takers: the first of those who have it.
    static func lacks(
        _ job: Job, _ requirement: Requirement, taken: Int, bound: Int, takers: [JobID]
    ) -> WaitReasonWords {
        switch requirement.resource {
        case .named(let name):
            lacksNamed(job, name, amount: requirement.amount, taken: taken, bound: bound, takers: takers)
        case .limit(let word, _): limited(job, word, taken: taken, bound: bound, takers: takers)
        }
    }

    private static func lacksNamed(
        _ job: Job, _ name: String, amount: Int, taken: Int, bound: Int, takers: [JobID]
    ) -> WaitReasonWords {
        let details = details(name, amount: amount, taken: taken, bound: bound, takers: takers)
        guard amount <= bound else {
            return WaitReasonWords(
                .resource, "it needs \(amount) of resource \(name), but there is only \(bound) in all",
                remedy:
                    "more of it in [resources] of jobd's configuration, or \"jobctl kill \(job.id)\" and a submit that needs less",
                details: details)
        }
        return WaitReasonWords(
            .resource, "it needs \(amount) of resource \(name); in use: \(taken) of \(bound)",
            remedy: wait(for: takers) ?? "it starts when enough is given back", details: details)
    }

    private static func limited(
        _ job: Job, _ word: String, taken: Int, bound: Int, takers: [JobID]
    ) -> WaitReasonWords {
        let jobs = taken == 1 ? "1 running job has" : "\(taken) running jobs have"
        return WaitReasonWords(
            .limit, "\(jobs) the limit \(word), and it starts only while fewer than \(bound) have it",
            remedy: wait(for: takers) ?? "it starts when one of them has ended",
            details: details(word, amount: 1, taken: taken, bound: bound, takers: takers))
    }

    private static func wait(for takers: [JobID]) -> String? {
        takers.first.map { "\"jobctl wait \($0)\" waits until job \($0) gives back what it has taken" }
    }

    private static func details(
        _ resource: String, amount: Int, taken: Int, bound: Int, takers: [JobID]
    ) -> JSONObject {
        [
            "resource": .string(resource), "amount": JSONValue(amount), "taken": JSONValue(taken),
            "bound": JSONValue(bound), "jobs": .array(takers.map { .integer($0.rawValue) }),
        ]
    }
}
