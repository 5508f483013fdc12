import Testing
import Threading

@Suite("Asking a thread to stop") struct StopTests {
    /// Starts a thread that waits by `wait`, asks it to stop, and gives what it noted.
    private func stopping(_ wait: @escaping @Sendable () -> String) throws -> String {
        let noted = Monitor("")
        let thread = try DaemonThread(name: "stopped") {
            let note = wait()
            noted.withLock { $0 = note }
        }
        thread.requestStop()
        #expect(thread.join(until: .minute))
        return noted.withLock { $0 }
    }

    @Test("wakes it from a get") func get() throws {
        let queue = Queue<Int>()
        let note = try stopping { do { return "\(try queue.get())" } catch { return "\(error)" } }
        #expect(note == QueueError.stopRequested.description)
    }

    @Test("wakes it from a put") func put() throws {
        let queue = Queue<Int>(capacity: 1)
        try queue.put(1)
        let note = try stopping {
            do { try queue.put(2) } catch { return "\(error)" }; return "put"
        }
        #expect(note == QueueError.stopRequested.description)
        #expect(queue.count == 1)
    }

    @Test("wakes it from an ordered queue") func ordered() throws {
        let queue = PriorityQueue<Int>()
        let note = try stopping { do { return "\(try queue.get())" } catch { return "\(error)" } }
        #expect(note == QueueError.stopRequested.description)
    }

    @Test("ends its iteration over a queue") func iteration() throws {
        let queue = Queue<Int>()
        #expect(
            try stopping {
                for _ in queue {}; return "ended"
            } == "ended")
    }

    @Test("wakes it from a future") func future() throws {
        let promise = Promise<Int>()
        let note = try stopping { do { return "\(try promise.future.result())" } catch { return "\(error)" } }
        #expect(note == FutureError.stopRequested.description)
        promise.succeed(1)
    }

    @Test("wakes it from all the small tools")
    func tools() throws {
        let event = Event()
        #expect(try stopping { "\(event.wait())" } == "false")
        let semaphore = Semaphore(permits: 0)
        #expect(try stopping { "\(semaphore.acquire())" } == "false")
        let latch = CountDownLatch(count: 1)
        #expect(try stopping { "\(latch.wait())" } == "false")
        let queue = Queue<Int>()
        try queue.put(1)
        #expect(try stopping { "\(queue.join())" } == "false")
        let state = Monitor(0)
        let changed = Condition()
        #expect(try stopping { "\(state.wait(on: changed) { $0 == 1 ? true : nil } ?? false)" } == "false")
        let barrier = Barrier(parties: 2)
        #expect(
            try stopping {
                do { try barrier.wait() } catch { return "\(error)" }; return "passed"
            } == "broken")
    }

    @Test("does not keep it from what is there") func takesWhatIsThere() throws {
        let queue = Queue<Int>()
        try queue.put(7)
        let stopped = Event()
        let noted = Monitor(0)
        let thread = try DaemonThread(name: "stopped") {
            DaemonThread.ignoringStop { _ = stopped.wait(until: .minute) }
            #expect(DaemonThread.isStopRequested)
            let got = (try? queue.get()) ?? 0
            noted.withLock { $0 = got }
        }
        thread.requestStop()
        stopped.set()
        thread.join()
        #expect(noted.withLock { $0 } == 7)
    }

    @Test("is not heard inside ignoringStop") func shielded() throws {
        let mayEnd = Event()
        let inside = Event()
        let heard = Monitor(false)
        let thread = try DaemonThread(name: "shielded") {
            let result = DaemonThread.ignoringStop {
                inside.set()
                return mayEnd.wait(until: .minute)
            }
            heard.withLock { $0 = result }
        }
        #expect(inside.wait(until: .minute))
        thread.requestStop()
        #expect(!thread.join(until: .briefly))
        mayEnd.set()
        #expect(thread.join(until: .minute))
        #expect(heard.withLock { $0 })
    }

    @Test("loses no element that others wait for") func noLostElement() throws {
        // A getter that is stopped may be the one that was woken for an element: another must get that.
        for _ in 0..<200 {
            let queue = Queue<Int>()
            let sum = Monitor(0)
            let take: @Sendable () -> Void = {
                guard let element = try? queue.get() else { return }
                sum.withLock { $0 += element }
            }
            let stopped = try DaemonThread(name: "stopped", take)
            let other = try DaemonThread(name: "other", take)
            try concurrently([{ stopped.requestStop() }, { try? queue.put(1) }])
            stopped.join()
            if sum.withLock({ $0 }) == 0 { #expect(other.join(until: .minute)) }
            queue.shutDown()
            other.join()
            #expect(sum.withLock { $0 } == 1)
        }
    }

    @Test("means nothing to threads that are not ours") func foreign() {
        #expect(!DaemonThread.isStopRequested)
        #expect(DaemonThread.ignoringStop { 1 } == 1)
    }
}
