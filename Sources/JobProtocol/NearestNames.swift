/// Which names somebody may have meant who gave one that is not there.
package enum NearestNames {
    /// The names, the most similar first; those that are as similar by name.
    package static func sorted(_ names: [String], to wanted: String) -> [String] {
        names.map { (distance: distance(wanted, $0), name: $0) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.map(\.name)
    }

    /// The name that was probably meant; `nil` where none is so similar.
    package static func meant(by wanted: String, of names: [String]) -> String? {
        guard let nearest = sorted(names, to: wanted).first else { return nil }
        return distance(wanted, nearest) <= max(1, wanted.count / 3) ? nearest : nil
    }

    /// How many letters must be put in, left out, changed, or exchanged with the next one.
    ///
    /// Capitals count as small letters. Source: optimal string alignment; F. J. Damerau, Communications of the ACM 7
    /// (3), 1964.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var least = min(above[column + 1] + 1, current[column] + 1, above[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, before[column - 1] + 1)
                }
                current.append(least)
            }
            (before, above) = (above, current)
        }
        return above[right.count]
    }
}
