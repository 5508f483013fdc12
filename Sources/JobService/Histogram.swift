/// How often a time was how long, in fixed buckets.
package struct Histogram: Sendable, Hashable {
    /// The longest time of each bucket but the last, which has no bound; from a tenth of a millisecond to an hour.
    package static let bounds: [Duration] =
        [100, 250, 500].map { .microseconds($0) } + [1, 2, 5, 10, 25, 50, 100, 250, 500].map { .milliseconds($0) }
        + [1, 5, 15, 60, 300, 900, 3600].map { .seconds($0) }

    /// How many times fell in each bucket, one more than there are bounds.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All times together.
    package private(set) var sum = Duration.zero

    package init() {}

    package var count: UInt64 { counts.reduce(0, +) }

    package mutating func record(_ time: Duration) {
        counts[Self.bounds.firstIndex { time <= $0 } ?? Self.bounds.count] += 1
        sum += max(time, .zero)
    }
}
