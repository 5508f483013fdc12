import Jobs

/// What the fields of a request are called on the command line.
enum FlagNames {
    private static let flags = [
        "command": "the command", "queue": "--queue", "name": "--name", "directory": "--directory",
        "environment": "--env", "priority": "--priority", "delayMilliseconds": "--delay", "at": "--at",
        "expiresMilliseconds": "--expires", "timeoutMilliseconds": "--timeout", "killAfterMilliseconds": "--kill-after",
        "retries": "--retries", "backoffMilliseconds": "--backoff", "retryOn": "--retry-on",
        "successCodes": "--success-codes", "onInterrupt": "--on-interrupt", "key": "--unique",
        "onKeyConflict": "--unique", "slots": "--slots", "needs": "--needs", "limits": "--limit", "after": "--after",
        "afterAny": "--after-any", "afterFail": "--after-fail", "token": "--token", "umask": "--umask",
        "nice": "--nice",
        "ioPriority": "--ionice", "processLimits": "--rlimit", "memoryBytes": "--memory", "swapBytes": "--swap",
        "cpuPercent": "--cpu", "tasks": "--tasks", "ioWeight": "--io-weight", "killSignal": "--kill-signal",
        "isolation": "--isolation", "properties": "--property", "inputFile": "--stdin", "inputBase64": "--stdin",
        "secrets": "--secret", "user": "--user", "signal": "--signal",
    ]

    /// Durations that must not be 0, and those with a bound of their own.
    private static let positive = ["timeoutMilliseconds", "expiresMilliseconds"]
    private static let longest = ["killAfterMilliseconds": Limits.longestKillAfter]

    /// The flag that sets a field, or the field itself.
    static func flag(of field: String) -> String { flags[field] ?? field }

    /// The sentence about a field that cannot be, with the flag that set it.
    static func sentence(field: String, problem: String) -> String {
        // The path of an element, environment.PATH or command[2], still begins with the field.
        let name = field.prefix { $0.isLetter }
        guard let flag = flags[String(name)] else { return "\(field) \(problem)" }
        guard !name.hasSuffix("Milliseconds") else {
            let least = positive.contains(String(name)) ? "1ms" : "0"
            let longest = longest[String(name)] ?? Limits.longestDuration
            return "\(flag) must be from \(least) to \(DurationText.text(longest))"
        }
        return "\(flag)\(field.dropFirst(name.count)) \(problem)"
    }
}
