import Glibc

/// A short sleep, where the kernel announces nothing that one could wait for.
enum Pause {
    static func sleep(_ duration: Duration) {
        var time = timespec(
            tv_sec: Int(duration.components.seconds), tv_nsec: Int(duration.components.attoseconds / 1_000_000_000))
        // Cut short by a signal it is only shorter; the caller looks again anyway.
        unsafe nanosleep(&time, nil)
    }
}
