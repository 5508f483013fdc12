internal import CLinux
public import Synchronization

/// A memory fence between a side that passes it all the time and a side that seldom does.
///
/// "I store here, then look there" on both sides needs a full fence on both, or each may miss the other's store. A fence
/// in every put and get would cost more than all the rest of them. `membarrier(2)` lets the seldom side pay for both: it
/// makes the kernel put a fence into every thread that runs, so the frequent side needs none of its own. (Folly's
/// `asymmetricThreadFence` and userspace RCU do the same.)
///
/// On a kernel without it, both sides use ordinary fences.
@usableFromInline enum AsymmetricFence {
    /// Whether the frequent side has to use a fence of its own.
    static let isSymmetric = cthreads_enable_heavy_fence() != 0

    /// For the side that seldom comes by.
    static func heavy() {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if !isSymmetric { cthreads_heavy_fence() }
    }

    /// For the other side, which asks for ``isSymmetric`` once and keeps the answer.
    ///
    /// Without the fence the order still has to hold in the machine code. It does: the store before it is a release, the
    /// load after it an acquire, and compilers move neither across the other.
    @inlinable static func light(isSymmetric: Bool) {
        if isSymmetric { atomicMemoryFence(ordering: .sequentiallyConsistent) }
    }
}
