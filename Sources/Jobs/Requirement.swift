/// Something of which only so much may be in use by running jobs.
package enum Resource: Hashable, Sendable {
    /// One that the configuration names, with its capacity.
    case named(String)
    /// A user's own limit.
    case limit(String, user: UInt32)

    /// A form that is stored, and that `init(text:)` reads.
    package var text: String {
        switch self {
        case .named(let name): "n:\(name)"
        case .limit(let word, let user): "l:\(user):\(word)"
        }
    }

    /// Reads what `text` writes; `nil` for anything else.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count >= 2, parts[0] == "n" {
            self = .named(String(text.dropFirst(2)))
        } else if parts.count == 3, parts[0] == "l", let user = UInt32(parts[1]) {
            self = .limit(String(parts[2]), user: user)
        } else {
            return nil
        }
    }
}

/// What a job takes of a resource while it runs.
package struct Requirement: Hashable, Sendable {
    package let resource: Resource
    package let amount: Int
    /// How much may be in use with it; `nil` is the capacity that the configuration gives.
    package let bound: Int?

    package init(resource: Resource, amount: Int, bound: Int? = nil) {
        self.resource = resource
        self.amount = amount
        self.bound = bound
    }
}

extension Job {
    /// What it takes while it runs, in an order that is always the same.
    package var requirements: [Requirement] {
        shared.spec.needs.sorted { $0.key < $1.key }.map { Requirement(resource: .named($0.key), amount: $0.value) }
            + shared.spec.limits.sorted { $0.key < $1.key }.map {
                Requirement(resource: .limit($0.key, user: submitter.user), amount: 1, bound: $0.value)
            }
    }
}
