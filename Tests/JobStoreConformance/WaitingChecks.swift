import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Jobs that wait for something else than a worker.
    static let waiting = [
        JobStoreCheck("blocked and held jobs are neither ready nor due, and count as what they are") { subject in
            let past = Samples.time(-5)
            try subject.store.insert([
                Samples.job(state: .blocked(notBefore: nil)), Samples.job(state: .blocked(notBefore: past)),
                Samples.job(state: .held(notBefore: nil)), Samples.job(state: .held(notBefore: past)),
            ])
            #expect(try subject.store.ready() == [])
            #expect(try subject.store.due(at: Samples.time(99)) == [])
            #expect(try subject.store.nextDue() == nil)
            #expect(try subject.store.running() == [])
            #expect(try subject.store.counts().queues == [Samples.main: [.blocked: 2, .held: 2]])
            #expect(try subject.store.list(JobFilter(states: [.held])).count == 2)
            #expect(try subject.store.list(JobFilter(states: [.blocked, .ready])).count == 2)
        },
        JobStoreCheck("a job that lacks a resource is ready for people, and not for workers") { subject in
            let gpu = Resource.named("gpu")
            let ids = try subject.store.insert([
                Samples.job(), Samples.job(state: .ready(since: Samples.start, lacks: gpu)),
            ])
            #expect(try subject.store.ready() == [ids[0]])
            #expect(try subject.store.parked(gpu) == [ids[1]])
            #expect(try subject.store.list(JobFilter(states: [.ready])) == [ids[1], ids[0]])
            #expect(try subject.store.counts().queues == [Samples.main: [.ready: 2]])
            try subject.store.set(ids[1], .ready(since: Samples.start))
            #expect(try subject.store.ready() == ids)
            #expect(try subject.store.parked(gpu) == [])
            #expect(try subject.store.counts().queues == [Samples.main: [.ready: 2]])
        },
        JobStoreCheck("parked jobs come by what they lack and by queue, in the order of ready jobs") { subject in
            let lacks: [Resource] = [.named("gpu"), .named("k"), .limit("k", user: 1), .limit("k", user: 2)]
            func job(_ priority: Int, _ second: Int, _ resource: Int, _ queue: QueueName = Samples.main) -> NewJob {
                Samples.job(
                    queue: queue, priority: priority, state: .ready(since: Samples.time(second), lacks: lacks[resource])
                )
            }
            let ids = try subject.store.insert([
                job(0, 5, 0), job(0, 4, 0), job(7, 9, 0), job(0, 5, 0), job(0, 0, 1), job(0, 0, 2), job(0, 0, 3),
                job(0, 0, 0, Samples.other),
            ])
            for _ in 0..<2 {
                #expect(try subject.store.parked(lacks[0]) == [ids[2], ids[1], ids[0], ids[3]])
                #expect(try subject.store.parked(lacks[0], limit: 2) == [ids[2], ids[1]])
                for number in 1...3 { #expect(try subject.store.parked(lacks[number]) == [ids[3 + number]]) }
                #expect(try subject.store.parked(lacks[0], in: Samples.other) == [ids[7]])
                #expect(try subject.store.parked(.named("none")) == [])
                let all = try subject.store.write { transaction throws(JobStoreError) in
                    try transaction.lackedResources()
                }
                #expect(all == [lacks[2], lacks[3], lacks[0], lacks[1]])
                try subject.reopen()
            }
        },
        JobStoreCheck("jobs expire that wait for their first start too long, earliest first, whatever they wait for") {
            subject in
            func job(_ expires: Int?, _ state: JobState) -> NewJob {
                Samples.job(state: state) { $0.expires = expires.map { .seconds($0) } }
            }
            let ids = try subject.store.insert([
                job(30, .ready(since: Samples.start)), job(10, .held(notBefore: nil)), job(nil, .held(notBefore: nil)),
                job(20, .blocked(notBefore: nil)), job(10, .scheduled(until: Samples.time(99))),
                job(5, .ready(since: Samples.start, lacks: .named("r"))), job(1, .failed(.expired)),
                job(1, .running(attempt: 1)),
            ])
            for _ in 0..<2 {
                #expect(try subject.store.nextExpiry() == Samples.time(5))
                #expect(try subject.store.expired(at: Samples.time(5) + .nanoseconds(-1)) == [])
                #expect(try subject.store.expired(at: Samples.time(10)) == [ids[5], ids[1], ids[4]])
                #expect(try subject.store.expired(at: Samples.time(99)) == [5, 1, 4, 3, 0].map { ids[$0] })
                #expect(try subject.store.expired(at: Samples.time(99), limit: 2) == [ids[5], ids[1]])
                try subject.reopen()
            }
        },
        JobStoreCheck("a job that has started once does not expire, and an edit changes when it does") { subject in
            let ids = try subject.store.insert([
                Samples.job { $0.expires = .seconds(1) }, Samples.job { $0.expires = .seconds(2) }, Samples.job(),
            ])
            try subject.store.set(ids[0], .running(attempt: 1), attempts: 1)
            #expect(try subject.store.nextExpiry() == Samples.time(2))
            try subject.store.set(ids[0], .scheduled(until: Samples.time(9)), attempts: 1)
            #expect(try subject.store.nextExpiry() == Samples.time(2))
            try subject.store.edit(ids[1]) { $0.expires = .seconds(8) }
            try subject.store.edit(ids[2]) { $0.expires = .seconds(7) }
            try subject.store.edit(ids[0]) { $0.expires = .seconds(3) }
            #expect(try subject.store.expired(at: Samples.time(99)) == [ids[2], ids[1]])
            try subject.store.edit(ids[2]) { $0.expires = nil }
            try subject.store.set(ids[1], .cancelled, ended: Samples.start)
            #expect(try subject.store.nextExpiry() == nil)
            try subject.store.set(ids[1], .held(notBefore: nil))
            #expect(try subject.store.nextExpiry() == Samples.time(8))
        },
        JobStoreCheck("as many jobs are ahead of one as come before it in its queue, up to a limit") { subject in
            func job(_ priority: Int, _ second: Int, _ queue: QueueName = Samples.main) -> NewJob {
                Samples.job(queue: queue, priority: priority, state: .ready(since: Samples.time(second)))
            }
            let ids = try subject.store.insert([
                job(0, 1), job(0, 0), job(5, 9), job(0, 1), job(-1, 0), job(0, 0, Samples.other),
                Samples.job(priority: 9, state: .ready(since: Samples.start, lacks: .named("gpu"))),
                Samples.job(priority: 9, state: .scheduled(until: Samples.start)),
            ])
            let jobs = try ids.map { try #require(try subject.store.job($0)) }
            let ahead = try jobs.map { try subject.store.jobsAhead(of: $0, limit: 100) }
            #expect(ahead == [2, 1, 0, 3, 4, 0, 0, 0])
            for limit in 0...5 { #expect(try subject.store.jobsAhead(of: jobs[4], limit: limit) == min(limit, 4)) }
        },
    ]
}

extension JobStore {
    func parked(
        _ resource: Resource, in queue: QueueName = Samples.main, limit: Int = 100
    ) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            try transaction.parkedJobs(lacking: resource, in: queue, limit: limit).map(\.id)
        }
    }

    func expired(at now: Timestamp, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.expiredJobs(at: now, limit: limit).map(\.id) }
    }

    func nextExpiry() throws(JobStoreError) -> Timestamp? {
        try write { transaction throws(JobStoreError) in try transaction.nextExpiry() }
    }
}
