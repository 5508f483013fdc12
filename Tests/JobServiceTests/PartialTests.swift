import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Submits with jobs that cannot be.
@Suite(.serialized)
struct PartialTests {
    private static let stray = ServiceHarness.queue("stray")

    private func submissions(_ harness: ServiceHarness) throws -> [Submission] {
        try harness.submit(ServiceHarness.submission("taken", token: "t"))
        return [
            ServiceHarness.submission("good"), ServiceHarness.submission(queue: Self.stray),
            ServiceHarness.submission("other", token: "t"),
            ServiceHarness.submission("keyed") { $0.key = UniqueKey("k") },
            ServiceHarness.submission("keyed") { $0.key = UniqueKey("k", onConflict: .reject) },
            ServiceHarness.dependant(of: JobID(rawValue: 999)), ServiceHarness.submission("last"),
        ]
    }

    @Test("with partial as many jobs are stored as can be, and each of the others has its reason")
    func partial() throws {
        try ServiceHarness().run { harness throws in
            let submissions = try submissions(harness)
            let results = try harness.service.submit(
                submissions, by: ServiceHarness.me, isAdministrator: false, partial: true
            ).result(until: .after(ServiceHarness.patience))
            let refusals = results.map { result -> SubmitRefusal? in
                if case .failure(let refusal) = result { refusal } else { nil }
            }
            #expect(
                refusals == [
                    nil, .noSuchQueue(Self.stray, known: [.default]),
                    .tokenTaken(token: "t", job: JobID(rawValue: 1)), nil,
                    .keyTaken(key: "k", job: nil, state: .ready), .noSuchDependency(JobID(rawValue: 999)), nil,
                ])
            let words = try harness.store.jobs(matching: JobFilter(), page: JobPage(limit: 9)).map(\.spec.command)
            #expect(words.map { $0.arguments[1] } == ["last", "keyed", "good", "taken"])
        }
    }

    @Test("without partial the first job that cannot be is named, and nothing is stored")
    func all() throws {
        try ServiceHarness().run { harness throws in
            let submissions = try submissions(harness)
            for (index, refusal) in [
                (1, SubmitRefusal.noSuchQueue(Self.stray, known: [.default])),
                (2, .tokenTaken(token: "t", job: JobID(rawValue: 1))),
                (5, .noSuchDependency(JobID(rawValue: 999))),
            ] {
                let future = harness.service.submit(
                    [submissions[0], submissions[index], submissions[6]], by: ServiceHarness.me,
                    isAdministrator: false)
                #expect(try JobServiceTests.refusal(of: future) == .refused(refusal, index: 1))
            }
            #expect(try harness.store.jobs(matching: JobFilter(), page: JobPage(limit: 9)).count == 1)
        }
    }

    @Test("nothing that was refused keeps a token or a key")
    func leavesNothing() throws {
        try ServiceHarness().run { harness throws in
            let keyed = ServiceHarness.submission(token: "t") { $0.key = UniqueKey("k", onConflict: .reject) }
            let future = harness.service.submit(
                [keyed, ServiceHarness.submission(queue: Self.stray)], by: ServiceHarness.me,
                isAdministrator: false)
            #expect(try refusal(of: future) != nil)
            #expect(try harness.submit([keyed]).first?.existing == nil)
        }
    }
}
