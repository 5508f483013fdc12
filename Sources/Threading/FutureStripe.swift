/// A lock and a condition that many futures share.
///
/// Most futures are never waited for: their result is there when it is asked for. A lock in each would make each larger
/// and slower to make. So there is a fixed number of stripes, and a future's address says which one is its own. Two
/// futures on one stripe only wake each other's waiters now and then for nothing.
struct FutureStripe: Sendable {
    /// The state is not used: the lock guards what is in the futures.
    ///
    /// (A state of no size has no address of its own, which the thread sanitizer takes for a race with its neighbour.)
    let lock = Monitor(false)
    let finished = Condition()

    private static let all = (0..<64).map { _ in FutureStripe() }

    /// The stripe of the future at this address.
    static func of(_ future: AnyObject) -> FutureStripe {
        // Objects of one size lie at multiples of 16 bytes or more; the upper half of a product mixes all bits.
        let mixed = UInt(bitPattern: ObjectIdentifier(future)).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return all[Int((mixed.low >> 32) % UInt(all.count))]
    }
}
