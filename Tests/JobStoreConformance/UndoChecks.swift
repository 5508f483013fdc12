import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// What becomes of a transaction that is given up.
    static let undoing = [
        JobStoreCheck("a write whose body throws changes nothing that anybody can see") { subject in
            let id = try subject.store.insert(Samples.job(token: "old"))
            let running = try subject.store.insert(Samples.job(state: .scheduled(until: Samples.time(5))))
            try subject.store.write { transaction throws(JobStoreError) in
                try transaction.begin(Attempt(number: 1, node: "n", claimed: Samples.start), of: running)
            }
            let before = try Picture(of: subject.store, tokens: ["old", "new"])
            let refusal = JobStoreError.refused("given up")
            #expect(throws: refusal) {
                try subject.store.write { transaction throws(JobStoreError) in
                    _ = try transaction.insert(Samples.job(token: "new"))
                    guard var job = try transaction.job(id) else { return }
                    job.state = .running(attempt: 1)
                    job.attempts = 1
                    try transaction.update(job)
                    try transaction.begin(Attempt(number: 1, node: "n", claimed: Samples.start), of: id)
                    try transaction.end(
                        AttemptID(job: running, number: 1), AttemptEnd(outcome: .lost, at: Samples.time(1)),
                        next: .failed)
                    throw refusal
                }
            }
            #expect(try Picture(of: subject.store, tokens: ["old", "new"]) == before)
            try subject.reopen()
            #expect(try Picture(of: subject.store, tokens: ["old", "new"]) == before)
        },
        JobStoreCheck("the store is of use after a write that was given up") { subject in
            for round in 1...3 {
                #expect(throws: JobStoreError.self) {
                    try subject.store.write { transaction throws(JobStoreError) in
                        for _ in 0..<10 { _ = try transaction.insert(Samples.job()) }
                        throw .refused("round \(round)")
                    }
                }
                let id = try subject.store.insert(Samples.job())
                #expect(try subject.store.job(id) != nil)
                #expect(try subject.store.counts().queues == [Samples.main: [.ready: round]])
            }
        },
        JobStoreCheck("what a write returns is what its body returned") { subject in
            let text = try subject.store.write { _ throws(JobStoreError) in "answer" }
            #expect(text == "answer")
        },
        JobStoreCheck("tidying changes nothing that anybody can see") { subject in
            try subject.store.insert(Samples.edges)
            let before = try Picture(of: subject.store, tokens: ["t"])
            for _ in 0..<3 { try subject.store.tidy() }
            #expect(try Picture(of: subject.store, tokens: ["t"]) == before)
        },
    ]
}
