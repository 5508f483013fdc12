import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Which job comes first.
    static let ordering = [
        JobStoreCheck("ready jobs come by priority, then by the time they could run, then by id") { subject in
            let store = subject.store
            func job(_ priority: Int, _ second: Int) -> NewJob {
                Samples.job(priority: priority, state: .ready(since: Samples.time(second)))
            }
            let ids = try store.insert([
                job(0, 5), job(0, 5), job(0, 4), job(10, 9), job(-1000, 0), job(1000, 9), job(10, 8), job(-1, -3),
            ])
            let expected = [5, 6, 3, 2, 0, 1, 7, 4].map { ids[$0] }
            for _ in 0..<2 {
                #expect(try subject.store.ready() == expected)
                for limit in 0...8 { #expect(try subject.store.ready(limit: limit) == Array(expected.prefix(limit))) }
                try subject.reopen()
            }
        },
        JobStoreCheck("ready jobs are those of their queue, and only the ready ones") { subject in
            let store = subject.store
            let ids = try store.insert([
                Samples.job(), Samples.job(queue: Samples.other), Samples.job(state: .scheduled(until: Samples.start)),
                Samples.job(),
            ])
            try store.set(ids[3], .running(attempt: 1), attempts: 1)
            #expect(try store.ready() == [ids[0]])
            #expect(try store.ready(in: Samples.other) == [ids[1]])
            #expect(try store.ready(in: Samples.name("none")) == [])
        },
        JobStoreCheck("due jobs come when their time has come, earliest first, then by id") { subject in
            let store = subject.store
            func job(_ second: Int) -> NewJob { Samples.job(state: .scheduled(until: Samples.time(second))) }
            let ids = try store.insert([job(30), job(10), job(20), job(10), Samples.job(), job(-10)])
            #expect(try store.nextDue() == Samples.time(-10))
            #expect(try store.due(at: Samples.time(-11)) == [])
            #expect(try store.due(at: Samples.time(-10)) == [ids[5]])
            #expect(try store.due(at: Samples.time(10) + .nanoseconds(-1)) == [ids[5]])
            #expect(try store.due(at: Samples.time(10)) == [ids[5], ids[1], ids[3]])
            #expect(try store.due(at: Samples.time(99)) == [5, 1, 3, 2, 0].map { ids[$0] })
            #expect(try store.due(at: Samples.time(99), limit: 2) == [ids[5], ids[1]])
            try store.set(ids[5], .ready(since: Samples.time(-10)))
            try subject.reopen()
            #expect(try subject.store.nextDue() == Samples.time(10))
            #expect(try subject.store.ready() == [ids[5], ids[4]])
        },
        JobStoreCheck("running jobs are all that run, in any queue") { subject in
            let store = subject.store
            let ids = try store.insert([Samples.job(), Samples.job(queue: Samples.other), Samples.job()])
            try store.set(ids[2], .running(attempt: 3), attempts: 3)
            try store.set(ids[1], .running(attempt: 1), attempts: 1)
            try subject.reopen()
            #expect(try subject.store.running().map(\.id) == [ids[1], ids[2]])
            #expect(try subject.store.running().map(\.state) == [.running(attempt: 1), .running(attempt: 3)])
        },
    ]
}
