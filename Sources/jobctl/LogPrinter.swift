import JobClient

/// Writes all that a job prints to where it printed it: its stdout to ours, its stderr to ours, byte for byte.
struct LogPrinter {
    private let logs: JobClient.Logs

    init(_ logs: JobClient.Logs) {
        self.logs = logs
    }

    func printAll() throws {
        let output = LogOutput()
        while let part = try logs.next() { try output.print(part.lines) }
    }
}
