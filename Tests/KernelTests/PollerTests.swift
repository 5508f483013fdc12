import Glibc
import Kernel
import Testing
import Threading

/// Waiting for descriptors.
@Suite(.serialized)
struct PollerTests {
    @Test("a wait ends at its deadline, and not before")
    func deadline() throws {
        let pipe = try Pipe()
        var poller = Poller()
        poller.add(pipe.reading.rawValue, for: .reading)
        let deadline = BootTime.now + .milliseconds(15)
        #expect(try !poller.wait(until: deadline))
        #expect(BootTime.now >= deadline)
        #expect(!poller.isReady(at: 0))
        #expect(try !poller.wait(until: .now))
    }

    @Test("a wait ends when a descriptor is ready, and says which")
    func ready() throws {
        let first = try Pipe()
        let second = try Pipe()
        var poller = Poller()
        #expect(poller.isEmpty)
        poller.add(first.reading.rawValue, for: .reading)
        poller.add(second.reading.rawValue, for: .reading)
        poller.add(first.writing.rawValue, for: .writing)
        poller.ignore(at: 2)
        try second.writing.write(all: [1])
        #expect(try poller.wait(until: .now + patience))
        #expect(!poller.isReady(at: 0) && poller.isReady(at: 1) && !poller.isReady(at: 2))
        poller.ignore(at: 1)
        #expect(try !poller.wait(until: .now))
    }

    @Test("a thread that waits is woken by a signal, as often as it is raised")
    func wakes() throws {
        let wake = try WakeSignal()
        let rounds = Monitor(0)
        let changed = Condition()
        let thread = try DaemonThread(name: "poller") {
            var poller = Poller()
            poller.add(wake.rawValue, for: .reading)
            while rounds.withLock({ $0 }) < 3 {
                guard (try? poller.wait(until: .now + patience)) == true else { return }
                wake.clear()
                rounds.withLock { $0 += 1 }
                changed.broadcast()
            }
        }
        for round in 1...3 {
            wake.raise()
            let seen = rounds.wait(on: changed, until: .after(patience)) { $0 >= round ? true : nil }
            try #require(seen == true)
        }
        #expect(thread.join(until: .after(patience)))
    }

    @Test("a signal that was raised often is cleared at once")
    func clears() throws {
        let wake = try WakeSignal()
        var poller = Poller()
        poller.add(wake.rawValue, for: .reading)
        for _ in 0..<5 { wake.raise() }
        #expect(try poller.wait(until: .now))
        wake.clear()
        #expect(try !poller.wait(until: .now))
        wake.clear()
    }

    @Test("a closed other end is ready to be read")
    func closed() throws {
        var poller = Poller()
        let reading = try Pipe().takeReading()
        poller.add(reading.rawValue, for: .reading)
        #expect(try poller.wait(until: .now + patience))
        #expect(poller.isReady(at: 0))
    }

    @Test("boot time goes on, and stops at its end")
    func bootTime() {
        let start = BootTime.now
        #expect(start <= .now)
        #expect((start + .milliseconds(5)).nanoseconds - start.nanoseconds == 5_000_000)
        #expect(start + .seconds(Int64.max) == BootTime(nanoseconds: .max))
        #expect(BootTime(nanoseconds: .max) + .nanoseconds(1) == BootTime(nanoseconds: .max))
    }
}
