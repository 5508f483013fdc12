public import Synchronization

/// A counter with a cache line (and the one the processor fetches along with it) to itself.
///
/// What lies in one line with it would be slow to read for all threads while some change the counter.
@usableFromInline struct PaddedCounter: ~Copyable {
    // swift-format-ignore
    private typealias Padding = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    )

    private let before: Padding = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    @usableFromInline let value: Atomic<UInt>
    private let after: Padding = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    init(_ start: UInt) { value = Atomic(start) }
}
