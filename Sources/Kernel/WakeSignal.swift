import CLinux
import Glibc

/// Wakes a thread that polls: an event counter of the kernel (eventfd(2)).
package final class WakeSignal: Sendable {
    private let descriptor: Descriptor

    package init() throws(SystemError) {
        descriptor = Descriptor(owning: try systemCall("eventfd") { linux_eventfd() })
    }

    /// What to poll for reading.
    package var rawValue: Int32 { descriptor.rawValue }

    /// Makes the descriptor readable until it is cleared; from any thread, as often as one likes.
    package func raise() {
        var one: UInt64 = 1
        // Fails only when 2^64-2 raises are pending: then it is readable anyway.
        _ = unsafe write(descriptor.rawValue, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the descriptor unreadable again.
    package func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.rawValue, &count, MemoryLayout<UInt64>.size)
    }
}
