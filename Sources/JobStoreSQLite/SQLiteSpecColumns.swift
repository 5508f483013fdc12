import Jobs

/// The columns of `spec` that an edit can change.
enum SQLiteSpecColumns {
    static let names = [
        "payload", "directory", "environment", "name", "delay", "timeout", "kill_after", "options",
    ]

    /// In the order of `names`.
    static func values(of spec: JobSpec) -> [SQLiteValue] {
        var delay: Duration?
        if case .after(let duration) = spec.start { delay = duration }
        return [
            .blob(SQLiteText.bytes(spec.command.arguments)), .text(spec.command.directory),
            .blob(SQLiteText.bytes(spec.command.environment)), .text(spec.name), .integer(delay?.wholeNanoseconds),
            .integer(spec.timeout?.wholeNanoseconds), .integer(spec.killAfter?.wholeNanoseconds),
            .blob(SQLiteSpecOptions.bytes(of: spec)),
        ]
    }
}
