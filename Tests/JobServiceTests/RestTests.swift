import JobService
import Jobs
import Testing

/// When the store gives back what only work needs.
@Suite(.serialized)
struct RestTests {
    @Test("after many jobs the store rests as soon as nothing comes, once, and not before there were so many")
    func rest() throws {
        let waiting = ServiceHarness.queue("waiting")
        let queues = [QueueSettings(name: waiting, workers: 1)]
        try ServiceHarness(queues: queues).run { harness throws in
            let held = ServiceHarness.submission(queue: waiting) { $0.isHeld = true }
            try harness.submit(Array(repeating: held, count: 999))
            #expect(harness.store.rests == 0)
            try harness.submit(held)
            #expect(harness.store.waitForRest() == 1)
            try harness.submit(held)
            #expect(harness.store.rests == 1)
        }
    }
}
