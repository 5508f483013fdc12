import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Jobs that ended, and that go.
    static let removing = [
        JobStoreCheck("ended jobs come by state, longest ago first, then by id, up to a time and a limit") { subject in
            let ids = try subject.store.insert((0..<7).map { _ in Samples.job() })
            let ends: [(JobState, Int)] = [
                (.succeeded, 30), (.succeeded, 10), (.failed(.expired), 10), (.succeeded, 20), (.succeeded, 10),
                (.cancelled, 5),
            ]
            for (id, (state, second)) in zip(ids, ends) {
                try subject.store.set(id, state, ended: Samples.time(second))
            }
            for _ in 0..<2 {
                #expect(try subject.store.ended(.succeeded, before: 30) == [ids[1], ids[4], ids[3]])
                #expect(try subject.store.ended(.succeeded, before: 31) == [ids[1], ids[4], ids[3], ids[0]])
                #expect(try subject.store.ended(.succeeded, before: 31, limit: 2) == [ids[1], ids[4]])
                #expect(try subject.store.ended(.succeeded, before: 10) == [])
                #expect(try subject.store.ended(.failed, before: 99) == [ids[2]])
                #expect(try subject.store.ended(.cancelled, before: 99) == [ids[5]])
                #expect(try subject.store.ended(.ready, before: 99) == [])
                try subject.reopen()
            }
            try subject.store.apply(.retryRequested(openDependencies: 0), to: ids[2], at: Samples.time(40))
            #expect(try subject.store.ended(.failed, before: 99) == [])
        },
        JobStoreCheck("a job goes with all that belongs to it") { subject in
            let store = subject.store
            let others = try store.insert([Samples.job(), Samples.job()])
            let before = try Picture(of: store, tokens: ["t"], keys: ["k"])
            let id = try store.insert(
                Samples.job(
                    state: .blocked(notBefore: nil), token: "t",
                    dependencies: others.map { Dependency(on: $0, condition: .ended) }, open: [others[0]]
                ) {
                    $0.key = UniqueKey("k")
                    $0.expires = .seconds(1)
                })
            try store.takeKey(of: id)
            try store.take([(.named("gpu"), 1), (.limit("l", user: 1), 1)], for: id)
            try store.record(Change(at: Samples.start, by: .daemon, cause: .due, state: .ready, attempts: 0), of: id)
            try store.write { transaction throws(JobStoreError) in
                for number in 1...3 {
                    try transaction.begin(Attempt(number: number, node: "n", claimed: Samples.start), of: id)
                }
                try transaction.addToSettle(id)
            }
            try store.delete(id)
            for _ in 0..<2 {
                #expect(try Picture(of: subject.store, tokens: ["t"], keys: ["k"]) == before)
                #expect(try subject.store.attempts(of: id) == [])
                #expect(try subject.store.changes(of: id) == [])
                #expect(try subject.store.dependencies(of: id, limit: 9) == [])
                try subject.reopen()
            }
            // Neither the token nor the number comes back to it.
            let next = try subject.store.insert(Samples.job(token: "t"))
            #expect(next > id)
            #expect(try subject.store.attempts(of: next) == [])
        },
        JobStoreCheck("a job goes from each state, and is counted no more") { subject in
            for state in Samples.states {
                let id = try subject.store.insert(Samples.job(state: state))
                try subject.store.delete(id)
                #expect(try subject.store.counts() == JobCounts())
                #expect(try subject.store.job(id) == nil)
            }
        },
        JobStoreCheck("a job that another waits for stays; one that others waited for goes, and they know of it") {
            subject in
            let id = try subject.store.insert(Samples.job())
            let waiting = try subject.store.insert(Samples.job(after: [id]))
            try subject.expectRefusal(of: "removing what is waited for") { transaction throws(JobStoreError) in
                try transaction.delete(id)
            }
            try subject.store.settle(waiting, on: id)
            try subject.store.delete(id)
            #expect(
                try subject.store.dependencies(of: waiting, limit: 9) == [Dependency(on: id, condition: .succeeded)])
            try subject.expectRefusal(of: "waiting again for what is gone") { transaction throws(JobStoreError) in
                try transaction.setDependency(of: waiting, on: id, isOpen: true)
            }
            try subject.store.delete(waiting)
            #expect(try subject.store.list() == [])
        },
        JobStoreCheck("what is not there cannot be removed") { subject in
            let id = try subject.store.insert(Samples.job())
            try subject.expectRefusal(of: "removing no job") { transaction throws(JobStoreError) in
                try transaction.delete(JobID(rawValue: 99))
            }
            try subject.expectRefusal(of: "removing twice") { transaction throws(JobStoreError) in
                try transaction.delete(id)
                try transaction.delete(id)
            }
        },
    ]
}

extension JobStore {
    func ended(_ state: JobState.Name, before second: Int, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            try transaction.endedJobs(in: state, before: Samples.time(second), limit: limit)
        }
    }
}
