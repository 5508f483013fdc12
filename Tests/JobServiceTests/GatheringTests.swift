import Jobs
import Testing
import Threading

@testable import JobService

/// Which requests share a commit.
@Suite(.serialized)
struct GatheringTests {
    private static let begin = Deadline.now

    /// After one commit, all of which was waiting for the disk.
    private static func learned(_ count: Int, waiting: Int, in duration: Duration) -> BatchGathering {
        var gathering = BatchGathering()
        gathering.committed(count, waiting: waiting, idle: duration, in: duration, at: begin)
        return gathering
    }

    @Test("a batch waits for as many as were answered and left waiting, for half of the wait for the disk at most")
    func patience() {
        let gathering = Self.learned(4, waiting: 4, in: .milliseconds(1))
        let now = Self.begin.advanced(by: .microseconds(100))
        #expect(gathering.end(having: 7, at: now) == now.advanced(by: .microseconds(500)))
        #expect(gathering.end(having: 8, at: now) == nil)
    }

    @Test("who is alone does not wait, and neither does who comes after a pause")
    func alone() {
        #expect(BatchGathering().end(having: 1, at: .now) == nil)
        #expect(Self.learned(1, waiting: 0, in: .milliseconds(1)).end(having: 1, at: Self.begin) == nil)
        let crowd = Self.learned(50, waiting: 0, in: .milliseconds(1))
        #expect(crowd.end(having: 1, at: Self.begin.advanced(by: .milliseconds(1))) == nil)
    }

    @Test("a disk that hangs makes nobody wait for long")
    func hangingDisk() {
        let gathering = Self.learned(2, waiting: 0, in: .seconds(30))
        let end = Self.begin.advanced(by: BatchGathering.longestPatience)
        #expect(gathering.end(having: 1, at: Self.begin) == end)
    }

    @Test("a commit that did not wait for the disk makes nobody wait")
    func quickDisk() {
        var gathering = BatchGathering()
        gathering.committed(4, waiting: 4, idle: .microseconds(-1), in: .milliseconds(1), at: Self.begin)
        #expect(gathering.end(having: 1, at: Self.begin) == Self.begin)
    }

    @Test("a commit that waited longer than others makes nobody wait for so long at once")
    func slowCommit() {
        var gathering = Self.learned(8, waiting: 0, in: .microseconds(100))
        gathering.committed(8, waiting: 0, idle: .milliseconds(4), in: .milliseconds(4), at: Self.begin)
        #expect(gathering.end(having: 1, at: Self.begin) == Self.begin.advanced(by: .microseconds(63)))
    }

    @Test("waiting in vain is tried ever more seldom, up to every 64th commit, and success brings it back")
    func inVain() {
        var gathering = Self.learned(8, waiting: 0, in: .milliseconds(1))
        var pauses: [Int] = []
        for _ in 0..<8 {
            gathering.waited(having: 1)
            var commits = 0
            repeat {
                commits += 1
                gathering.committed(8, waiting: 0, idle: .milliseconds(1), in: .milliseconds(1), at: Self.begin)
            } while gathering.end(having: 1, at: Self.begin) == nil
            pauses.append(commits)
        }
        #expect(pauses == [2, 4, 8, 16, 32, 64, 64, 64])
        gathering.waited(having: 8)
        gathering.committed(8, waiting: 0, idle: .milliseconds(1), in: .milliseconds(1), at: Self.begin)
        #expect(gathering.end(having: 1, at: Self.begin) != nil)
    }

    @Test("what is asked between gathering and handing over shares one commit")
    func oneCommit() throws {
        try ServiceHarness().run { harness throws in
            let before = harness.store.writes
            harness.service.gather()
            let futures = (0..<10).map { _ in
                harness.service.submit([ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
            }
            #expect(futures.allSatisfy { !$0.isDone })
            harness.service.handOver()
            let ids = try futures.flatMap { future in
                try future.result(until: .after(ServiceHarness.patience)).map { try $0.get().id }
            }
            #expect(ids == ids.sorted() && Set(ids).count == 10)
            #expect(harness.store.writes == before + 1)
        }
    }

    @Test("what was gathered when the service stops is done, and what is gathered then is refused")
    func stopped() throws {
        let harness = ServiceHarness()
        try harness.run { harness throws in
            harness.service.gather()
            let before = harness.service.ping()
            harness.service.ledger.shutDown()
            harness.service.gather()
            let after = harness.service.ping()
            harness.service.handOver()
            #expect(try refusal(of: before) == nil)
            #expect(try refusal(of: after) == .shuttingDown)
        }
    }

    @Test("the answers of a commit are given between a begin and an end of their own")
    func answersTogether() throws {
        let harness = ServiceHarness()
        let isAnswering = Monitor(false)
        let answeredInside = Monitor<[Bool]>([])
        let areAllAnswered = Event()
        _ = try harness.service.start { answers in
            isAnswering.withLock { $0 = true }
            answers()
            isAnswering.withLock { $0 = false }
        }
        harness.service.gather()
        let futures = (0..<3).map { _ in harness.service.ping() }
        for future in futures {
            future.whenDone { _ in
                let isInside = isAnswering.withLock { $0 }
                let count = answeredInside.withLock { answers in
                    answers.append(isInside)
                    return answers.count
                }
                if count == futures.count { areAllAnswered.set() }
            }
        }
        harness.service.handOver()
        // Nobody asks the futures themselves: for the sanitizer two who look at a value without bytes write to it.
        #expect(areAllAnswered.wait(until: .after(ServiceHarness.patience)))
        harness.stop()
        #expect(answeredInside.withLock { $0 } == [true, true, true])
    }
}
