import ArgumentParser
import Jobs

/// An amount of something: `gpu=2`.
struct KeyedAmount: Equatable, Sendable {
    let key: String
    let amount: Int

    /// Reads `KEY=N`; where a default is given the `=N` may be missing.
    ///
    /// A key may have a `=` of its own: the last one counts.
    init(parsing text: String, otherwise: Int? = nil) throws(ValidationError) {
        let bounds = Limits.resourceAmount
        guard let sign = text.lastIndex(of: "=") else {
            guard let otherwise, !text.isEmpty else { throw ValidationError("must be a name and a number like api=2") }
            (key, amount) = (text, otherwise)
            return
        }
        let name = String(text[..<sign])
        guard !name.isEmpty, let number = Int(text[text.index(after: sign)...]), bounds.contains(number) else {
            throw ValidationError(
                "must be a name and a number from \(bounds.lowerBound) to \(bounds.upperBound), like gpu=1")
        }
        (key, amount) = (name, number)
    }

    /// The amounts by key; the last one of a key counts.
    static func dictionary(_ amounts: [KeyedAmount]) -> [String: Int] {
        Dictionary(amounts.map { ($0.key, $0.amount) }) { _, last in last }
    }
}
