import Testing

@testable import JobDaemon

@Suite("The daemon's lifecycle")
struct LifecycleTests {
    @Test("the first request to stop drains, the second hurries, a third changes nothing")
    func stop() {
        var lifecycle = DaemonLifecycle()
        #expect(lifecycle.apply(.stopRequested) == .drain)
        #expect(lifecycle.isDraining)
        #expect(lifecycle.apply(.stopRequested) == .hurry)
        #expect(lifecycle.apply(.stopRequested) == .none)
        #expect(lifecycle.apply(.drained) == .exit(code: 0))
        #expect(lifecycle.apply(.stopRequested) == .none)
    }

    @Test("a storage failure ends everything at once, whatever goes on")
    func storage() {
        var running = DaemonLifecycle()
        #expect(running.apply(.storageFailed("x")) == .abandon(exitCode: 74))
        var damaged = DaemonLifecycle()
        #expect(damaged.apply(.storeDamaged("x")) == .abandon(exitCode: 65))
        #expect(damaged.apply(.storageFailed("x")) == .none)
        var draining = DaemonLifecycle()
        _ = draining.apply(.stopRequested)
        #expect(draining.apply(.storageFailed("x")) == .abandon(exitCode: 74))
        #expect(draining.apply(.drained) == .none)
    }

    @Test("it becomes another program only while it runs, and says so otherwise")
    func reexec() {
        var lifecycle = DaemonLifecycle()
        #expect(lifecycle.apply(.reexecRequested) == .reexec)
        // It did not come to it.
        #expect(lifecycle.apply(.reexecRequested) == .reexec)
        #expect(lifecycle.apply(.stopRequested) == .drain)
        #expect(lifecycle.apply(.reexecRequested) == .refuseReexec)
        #expect(lifecycle.apply(.drained) == .exit(code: 0))
    }

    @Test("a lost listener drains and exits with a failure, so that a restart makes it anew")
    func listener() {
        var lifecycle = DaemonLifecycle()
        #expect(lifecycle.apply(.listenerLost("x")) == .drain)
        #expect(lifecycle.apply(.drained) == .exit(code: 71))
    }
}
