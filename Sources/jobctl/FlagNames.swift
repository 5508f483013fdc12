import Jobs

/// What the fields of a request are called on the command line.
enum FlagNames {
    private static let flags = [
        "command": "the command", "queue": "--queue", "name": "--name", "directory": "--directory",
        "environment": "--env", "priority": "--priority", "delayMilliseconds": "--delay",
        "timeoutMilliseconds": "--timeout", "killAfterMilliseconds": "--kill-after", "token": "--token",
    ]

    /// The sentence about a field that cannot be, with the flag that set it.
    static func sentence(field: String, problem: String) -> String {
        // The path of an element, environment.PATH or command[2], still begins with the field.
        let name = field.prefix { $0.isLetter }
        guard let flag = flags[String(name)] else { return "\(field) \(problem)" }
        guard !name.hasSuffix("Milliseconds") else {
            let least = name.hasPrefix("timeout") ? "1ms" : "0"
            return "\(flag) must be from \(least) to \(DurationText.text(Limits.longestDuration))"
        }
        return "\(flag)\(field.dropFirst(name.count)) \(problem)"
    }
}
