/// Why some bytes are not a JSON document that this library takes.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// Where it went wrong: a number of bytes from the start.
    public let offset: Int
    /// What is wrong there, as a sentence without its full stop.
    public let problem: String

    /// An error at that offset.
    public init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// For people, in one line.
    public var description: String { "at byte \(offset): \(problem)" }
}
