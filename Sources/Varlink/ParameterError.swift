/// A parameter that is unknown, missing or wrong.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
    /// Which one, as in `jobs[3].timeout`.
    public let path: String
    /// What is wrong with it, as the rest of a sentence that begins with the path: `must be a string`.
    public let problem: String

    /// What kind of mistake it is.
    public let kind: Kind

    /// Whose mistake: one of the program that calls, or one of its user.
    public enum Kind: Sendable {
        /// A member that is unknown or missing, or of another type than the interface says.
        case shape
        /// The right type, with a value that cannot be.
        case value
    }

    /// A parameter that is wrong in that way.
    public init(path: String, problem: String, kind: Kind = .value) {
        self.path = path
        self.problem = problem
        self.kind = kind
    }

    /// For people, in one line.
    public var description: String { "\(path) \(problem)" }

    /// The same error seen from outside: `timeout` inside of `jobs[3]`.
    func inside(_ outer: String) -> ParameterError {
        // A path goes on with a dot, except where it goes on with an index.
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return ParameterError(path: outer + separator + path, problem: problem, kind: kind)
    }
}

extension VarlinkError {
    /// The standard's `InvalidParameter`, which names the parameter and has no room for the sentence.
    public init(_ error: ParameterError) {
        self = .invalidParameter(error.path)
    }
}
