import SeededRandom

/// The same choices for the same seed.
///
/// A reference, because the world and the ledger's jitter draw from the same source.
final class RandomSource {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// From 0 up to but not including `bound`.
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True so many times in a hundred.
    func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// From 0 up to but not including 1.
    func unit() -> Double { Double(random.next() >> 11) / Double(1 << 53) }

    func pick<Element>(_ elements: [Element]) -> Element? { elements.isEmpty ? nil : elements[below(elements.count)] }
}
