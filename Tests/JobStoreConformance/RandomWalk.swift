import JobStore
import Jobs
import SeededRandom
import Testing

/// Does the same random things to the reference and to another store, and compares all that can be seen after every
/// commit, and after reopening.
package struct RandomWalk {
    private var random: SeededRandom
    private let reference = MemoryJobStore()
    private let subject: StoreUnderTest
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
            let seed = random.next()
            let expected = transaction(on: reference, seed: seed)
            let found = transaction(on: subject.store, seed: seed)
            try subject.store.tidy()
            guard isSame(expected, found, step: step), try isSame(after: step) else { return }
        }
        try subject.reopen()
        _ = try isSame(after: steps + 1)
        subject.close()
    }

    /// One transaction of one to five operations, which one time in eight is given up at its end.
    ///
    /// - Returns: what the operations answered.
    private func transaction(on store: any JobStore, seed: UInt64) -> Result<[String], JobStoreError> {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 1...5, using: &random)
        let isGivenUp = Int.random(in: 0..<8, using: &random) == 0
        return Result { () throws(JobStoreError) in
            try store.write { transaction throws(JobStoreError) in
                var operations = RandomOperations(on: transaction, at: Samples.time(now), random)
                var answers: [String] = []
                for _ in 0..<count { answers.append(try operations.perform()) }
                if isGivenUp { throw .refused("given up") }
                return answers
            }
        }
    }

    private func isSame(
        _ expected: Result<[String], JobStoreError>, _ found: Result<[String], JobStoreError>, step: Int
    ) -> Bool {
        switch (expected, found) {
        case (.success(let expected), .success(let found)):
            if expected == found { return true }
            Issue.record("step \(step): the reference answered \(expected), the store \(found)")
        case (.failure, .failure): return true
        case (.success, .failure(let error)): Issue.record("step \(step): only the store refused: \(error)")
        case (.failure(let error), .success): Issue.record("step \(step): only the reference refused: \(error)")
        }
        return false
    }

    private func isSame(after step: Int) throws -> Bool {
        let tokens = RandomOperations.tokens
        let expected = try Picture(of: reference, tokens: tokens, keys: RandomOperations.keys)
        let found = try Picture(of: subject.store, tokens: tokens, keys: RandomOperations.keys)
        if expected == found { return true }
        Issue.record("step \(step): \(expected.difference(from: found))")
        return false
    }
}
