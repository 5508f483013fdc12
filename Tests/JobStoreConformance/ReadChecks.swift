import JobStore
import Jobs
import Testing

extension JobStoreCheck {
    /// Lists, filters, pages and counts.
    static let reading = [
        JobStoreCheck("a list is newest first, page by page, without gap or repeat") { subject in
            let ids = try subject.store.insert((0..<25).map { _ in Samples.job() })
            var seen: [JobID] = []
            var before: JobID?
            while true {
                let page = try subject.store.list(before: before, limit: 7)
                #expect(page.count <= 7)
                seen += page
                guard let last = page.last else { break }
                before = last
            }
            #expect(seen == ids.reversed())
            #expect(try subject.store.list(before: ids[0]) == [])
            #expect(try subject.store.list(before: ids[1]) == [ids[0]])
        },
        JobStoreCheck("each filter lets through exactly what it names, alone and with others") { subject in
            let store = subject.store
            let states: [JobState] = [
                .blocked(notBefore: nil), .scheduled(until: Samples.time(60)), .ready(since: Samples.start),
                .ready(since: Samples.start, lacks: .named("gpu")), .held(notBefore: nil), .running(attempt: 1),
                .succeeded, .failed(.attempt(.timedOut)), .cancelled,
            ]
            var all: [Job] = []
            for (index, state) in (states + states + states).enumerated() {
                let new = Samples.job(
                    queue: index % 2 == 0 ? Samples.main : Samples.other, name: ["a", "b", nil][index % 3],
                    user: UInt32(1 + index % 4))
                let id = try store.insert(new)
                try store.set(id, state, attempts: 1, ended: state.isFinal ? Samples.time(index) : nil)
                all.append(try #require(try store.job(id)))
            }
            let stateSets: [Set<JobState.Name>] = [
                [], [.ready], [.held], [.blocked, .scheduled, .running], [.failed, .ready],
                [.succeeded, .failed, .cancelled],
                Set(JobState.Name.allCases),
            ]
            for states in stateSets {
                for queues in [[], [Samples.main], [Samples.main, Samples.other], [Samples.name("none")]]
                    as [Set<QueueName>]
                {
                    for user in [nil, 1, 4, 99] as [UInt32?] {
                        for name in [nil, "a", "A", ""] as [String?] {
                            let filter = JobFilter(states: states, queues: queues, user: user, name: name)
                            let expected = all.filter { job in
                                (states.isEmpty || states.contains(job.state.name))
                                    && (queues.isEmpty || queues.contains(job.spec.queue))
                                    && (user == nil || job.submitter.user == user)
                                    && (name == nil || job.spec.name == name)
                            }
                            let found = try store.jobs(matching: filter, page: JobPage(limit: 100))
                            #expect(found == expected.reversed(), "\(filter)")
                        }
                    }
                }
            }
        },
        JobStoreCheck("counts are what a list would count, whatever happens") { subject in
            let store = subject.store
            let ids = try store.insert([
                Samples.job(), Samples.job(), Samples.job(queue: Samples.other),
                Samples.job(state: .scheduled(until: Samples.time(1))),
            ])
            var counts = try store.counts()
            #expect(counts[Samples.main, .ready] == 2)
            #expect(counts[Samples.main, .scheduled] == 1)
            #expect(counts[Samples.other, .ready] == 1)
            #expect(counts[Samples.other, .failed] == 0)
            try store.set(ids[0], .running(attempt: 1), attempts: 1)
            try store.set(ids[2], .cancelled, ended: Samples.time(2))
            try store.set(ids[3], .ready(since: Samples.time(1)))
            try store.set(ids[3], .ready(since: Samples.time(2)))
            for _ in 0..<2 {
                counts = try subject.store.counts()
                #expect(counts.queues == [Samples.main: [.ready: 2, .running: 1], Samples.other: [.cancelled: 1]])
                try subject.reopen()
            }
        },
    ]
}
