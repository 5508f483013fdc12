import Kernel

/// How this daemon was started: so it is started again.
struct DaemonProgram: Sendable {
    let path: String
    /// With the program's own name before them.
    let arguments: [String]

    /// Looks at the beginning of the process: later another program may lie there.
    init() throws(DaemonFailure) {
        arguments = CommandLine.arguments
        do {
            path = try ProgramImage.path(startedAs: arguments.first ?? "")
        } catch {
            throw .system(error, doing: "find the program that runs")
        }
    }
}
