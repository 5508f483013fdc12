internal import Glibc

/// A moment up to which a wait may last, on the clock that never jumps (`CLOCK_MONOTONIC`).
///
/// A deadline, unlike a timeout, does not have to be shortened by hand when one operation waits several times:
///
/// ```swift
/// let deadline = Deadline.after(.seconds(2))
/// try orders.put(order, until: deadline)
/// guard orders.join(until: deadline) else { … }
/// ```
///
/// The clock stands still while the machine is suspended.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Nanoseconds since the start of the monotonic clock; `UInt64.max` is never.
    @usableFromInline let nanoseconds: UInt64

    @inlinable init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// A deadline that does not come: wait as long as it takes.
    @inlinable public static var never: Deadline { Deadline(nanoseconds: .max) }

    /// A moment long gone, known without asking the clock.
    @inlinable static var passed: Deadline { Deadline(nanoseconds: 0) }

    /// The present moment: waiting until it means to look once and not to sleep.
    public static var now: Deadline {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Deadline(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// The moment that comes `duration` from now.
    ///
    /// A duration of zero or less gives a deadline that has passed; one too long for the clock (some 584 years) gives
    /// ``never``.
    public static func after(_ duration: Duration) -> Deadline { now.advanced(by: duration) }

    /// This moment moved by `duration`, kept within the clock's bounds.
    ///
    /// ``never`` stays what it is.
    public func advanced(by duration: Duration) -> Deadline {
        guard self != .never else { return .never }
        let (seconds, attoseconds) = duration.components
        let moved =
            Int128(nanoseconds) + Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
        return Deadline(nanoseconds: UInt64(clamping: moved))
    }

    /// Whether the moment is here or gone.
    public var isPast: Bool { self == .passed || self != .never && self <= .now }

    /// The time left; zero when the moment has passed, `nil` for ``never``.
    public var remaining: Duration? {
        guard self != .never else { return nil }
        let now = Deadline.now
        return self <= now ? .zero : .nanoseconds(Int64(clamping: nanoseconds - now.nanoseconds))
    }

    /// The time since the moment; zero when it is still to come.
    var elapsed: Duration {
        let now = Deadline.now
        return now <= self ? .zero : .nanoseconds(Int64(clamping: now.nanoseconds - nanoseconds))
    }

    /// Whether the left moment comes first.
    @inlinable public static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment as the kernel wants it.
    ///
    /// Not for ``never``.
    var kernelTime: timespec {
        timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
