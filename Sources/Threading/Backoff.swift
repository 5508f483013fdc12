internal import CLinux
internal import Glibc

/// How long a thread that found nothing looks again before it goes to sleep: a few microseconds at most.
///
/// Sleeping and being woken costs some 10 µs on hardware and more on a virtual machine, for both sides; a partner that is
/// running is often done much sooner. So a thread first spins, twice as long each time, then offers its processor to
/// others, and only then goes to sleep. These are the steps of crossbeam's `Backoff` with fewer pauses: to offer the
/// processor early costs little when the partner runs, and gains much when it waits for that very processor.
struct Backoff {
    /// Rounds of 1, 2, 4, 8 pauses.
    private static let spinRounds = 4
    /// Then so many offers of the processor.
    private static let yieldRounds = 12
    /// With one processor the partner cannot be running: spinning only keeps it from it.
    private static let rounds = cthreads_processor_count() > 1 ? spinRounds + yieldRounds : 0

    private var round = 0

    /// Lets some time pass.
    ///
    /// `false` when it is time to sleep instead.
    mutating func pause() -> Bool {
        guard round < Self.rounds else { return false }
        if round < Self.spinRounds {
            for _ in 0..<(1 << round) { cthreads_pause() }
        } else {
            sched_yield()
        }
        round += 1
        return true
    }

    /// Lets some time pass, however long it has taken already: for waits on a thread that is in the middle of a step.
    mutating func pauseAnyway() {
        if !pause() { sched_yield() }
    }
}
