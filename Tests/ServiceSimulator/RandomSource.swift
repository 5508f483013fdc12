/// The same choices for the same seed: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
///
/// A reference, because the world and the ledger's jitter draw from the same source.
final class RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not including `bound`.
    func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True so many times in a hundred.
    func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// From 0 up to but not including 1.
    func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    func pick<Element>(_ elements: [Element]) -> Element? { elements.isEmpty ? nil : elements[below(elements.count)] }
}
