/// A program to execute, exactly: no shell reads it unless the first argument is one.
package struct Command: Hashable, Sendable {
    /// The program, looked up in the job's PATH where it has no slash, and its arguments.
    ///
    /// Never empty.
    package var arguments: [String]

    /// Where it starts, absolute; `nil` is the home directory of the user.
    package var directory: String?

    /// Variables beyond those that every job gets, and instead of those of the same name.
    package var environment: [String: String]

    /// Bytes of all arguments and variables.
    package var size: Int {
        arguments.reduce(0) { $0 + $1.utf8.count }
            + environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }

    package init(arguments: [String], directory: String? = nil, environment: [String: String] = [:]) {
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
    }
}
