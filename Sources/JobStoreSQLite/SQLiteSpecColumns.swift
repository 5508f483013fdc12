import Jobs

/// The columns of `spec` that an edit can change.
enum SQLiteSpecColumns {
    static let names = [
        "payload", "directory", "environment", "name", "delay", "timeout", "kill_after", "options",
    ]

    /// In the order of `names`.
    static func bind(_ spec: JobSpec, to parameters: inout SQLiteParameters) {
        var delay: Duration?
        if case .after(let duration) = spec.start { delay = duration }
        parameters.bind(SQLiteText.bytes(spec.command.arguments))
        parameters.bind(spec.command.directory)
        parameters.bind(SQLiteText.bytes(spec.command.environment))
        parameters.bind(spec.name)
        parameters.bind(delay)
        parameters.bind(spec.timeout)
        parameters.bind(spec.killAfter)
        parameters.bind(SQLiteSpecOptions.bytes(of: spec))
    }
}
