import JobStore
import Jobs
import Testing

/// Does the same random things to the reference and to another store, and compares all that can be seen after every
/// commit, and after reopening.
package struct RandomWalk {
    private var random: SeededRandom
    private let reference = MemoryJobStore()
    private let subject: StoreUnderTest
    private var tokens: Set<String> = []
    private var now = 0

    /// - Parameter seed: the same seed gives the same walk.
    package init(seed: UInt64, _ subject: StoreUnderTest) {
        random = SeededRandom(seed: seed)
        self.subject = subject
    }

    /// Walks; the first difference is recorded as an issue and ends the walk.
    package mutating func run(steps: Int) throws {
        for step in 1...steps {
            now += Int.random(in: 0...3, using: &random)
            if Int.random(in: 0..<25, using: &random) == 0 { try subject.reopen() }
            let choices = random
            let expected = Result { () throws(JobStoreError) in
                try Self.transaction(on: reference, &random, now, &tokens)
            }
            // The other store is asked to do the same: the same random numbers again.
            var again = choices
            var sameTokens = tokens
            let found = Result { () throws(JobStoreError) in
                try Self.transaction(on: subject.store, &again, now, &sameTokens)
            }
            try subject.store.tidy()
            switch (expected, found) {
            case (.success(let expected), .success(let found)):
                guard expected == found else {
                    Issue.record("step \(step): the reference answered \(expected), the store \(found)")
                    return
                }
            case (.failure, .failure): break
            case (.success, .failure(let error)), (.failure(let error), .success):
                Issue.record("step \(step): only one of them refused: \(error)")
                return
            }
            guard try isSame(after: step) else { return }
        }
        try subject.reopen()
        _ = try isSame(after: steps + 1)
        subject.close()
    }

    private func isSame(after step: Int) throws -> Bool {
        let expected = try Picture(of: reference, tokens: tokens)
        let found = try Picture(of: subject.store, tokens: tokens)
        if expected == found { return true }
        Issue.record("step \(step): \(expected.difference(from: found))")
        return false
    }

    /// One transaction of one to five operations, which one time in eight is given up at its end.
    ///
    /// - Returns: what the operations answered.
    private static func transaction(
        on store: any JobStore, _ random: inout SeededRandom, _ now: Int, _ tokens: inout Set<String>
    ) throws(JobStoreError) -> [String] {
        var generator = random
        var known = tokens
        defer {
            random = generator
            tokens = known
        }
        return try store.write { transaction throws(JobStoreError) in
            var answers: [String] = []
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                answers.append(try operation(on: transaction, &generator, now, &known))
            }
            if Int.random(in: 0..<8, using: &generator) == 0 { throw .refused("given up") }
            return answers
        }
    }

    private static func operation(
        on transaction: any JobTransaction, _ random: inout SeededRandom, _ now: Int, _ tokens: inout Set<String>
    ) throws(JobStoreError) -> String {
        let time = Samples.time(now)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: return try insert(on: transaction, &random, now, &tokens)
        case 3, 4: return try claim(on: transaction, &random, time)
        case 5, 6: return try end(on: transaction, &random, time)
        case 7:
            let due = try transaction.dueJobs(at: time, limit: Int.random(in: 1...3, using: &random))
            for var job in due {
                job.state = .ready(since: time)
                try transaction.update(job)
            }
            return "due \(due.map(\.id))"
        case 8: return try cancel(on: transaction, &random, time)
        default:
            let queue = Picture.queues.randomElement(using: &random) ?? Samples.main
            let ready = try transaction.readyJobs(in: queue, limit: Int.random(in: 0...4, using: &random))
            return "ready \(ready) \(String(describing: try transaction.nextDue()))"
        }
    }

    private static func insert(
        on transaction: any JobTransaction, _ random: inout SeededRandom, _ now: Int, _ tokens: inout Set<String>
    ) throws(JobStoreError) -> String {
        var token: String? = Bool.random(using: &random) ? "t\(Int.random(in: 0..<40, using: &random))" : nil
        let user = Picture.users.randomElement(using: &random) ?? 0
        if let text = token {
            tokens.insert(text)
            // One that is taken is looked up, as the service does.
            if let job = try transaction.job(token: text, of: user) {
                if Int.random(in: 0..<3, using: &random) > 0 { return "repeat \(job.id)" }
                token = nil
            }
        }
        let isLater = Int.random(in: 0..<3, using: &random) == 0
        let new = Samples.job(
            "w\(Int.random(in: 0..<9, using: &random))",
            queue: Picture.queues.randomElement(using: &random) ?? Samples.main,
            name: ["a", "b", nil].randomElement(using: &random) ?? nil,
            priority: Int.random(in: -2...2, using: &random),
            user: user,
            state: isLater
                ? .scheduled(until: Samples.time(now + Int.random(in: 0...6, using: &random)))
                : .ready(since: Samples.time(now)),
            token: token)
        return "insert \(try transaction.insert(new))"
    }

    private static func claim(
        on transaction: any JobTransaction, _ random: inout SeededRandom, _ time: Timestamp
    ) throws(JobStoreError) -> String {
        let queue = Picture.queues.randomElement(using: &random) ?? Samples.main
        let jobs = try transaction.readyJobs(in: queue, limit: Int.random(in: 1...3, using: &random))
        for var job in jobs {
            job.attempts += 1
            job.state = .running(attempt: job.attempts)
            try transaction.update(job)
            try transaction.begin(Attempt(number: job.attempts, node: "node", claimed: time), of: job.id)
        }
        return "claim \(jobs.map(\.id))"
    }

    private static func end(
        on transaction: any JobTransaction, _ random: inout SeededRandom, _ time: Timestamp
    ) throws(JobStoreError) -> String {
        guard var job = try transaction.runningJobs().randomElement(using: &random) else { return "nothing runs" }
        let outcome = (Samples.outcomes + [.exited(code: 0)]).randomElement(using: &random) ?? .lost
        let cost = Cost(
            userTime: .microseconds(Int.random(in: 0...9_999, using: &random)), systemTime: .zero, maxResident: 7)
        let attempt = AttemptID(job: job.id, number: job.attempts)
        try transaction.end(
            attempt, AttemptEnd(outcome: outcome, at: time, cost: Bool.random(using: &random) ? cost : nil))
        // One in four runs again, as a retry would.
        if Int.random(in: 0..<4, using: &random) == 0 {
            job.state = .ready(since: time)
        } else {
            job.state = outcome.isSuccess ? .succeeded : .failed(outcome)
            job.ended = time
        }
        try transaction.update(job)
        return "end \(attempt) \(outcome)"
    }

    private static func cancel(
        on transaction: any JobTransaction, _ random: inout SeededRandom, _ time: Timestamp
    ) throws(JobStoreError) -> String {
        let id = JobID(rawValue: Int64.random(in: 0...60, using: &random))
        guard var job = try transaction.job(id), !job.state.isFinal, job.state.name != .running else {
            return "not \(id)"
        }
        job.state = .cancelled
        job.ended = time
        try transaction.update(job)
        return "cancel \(job)"
    }
}
