import ArgumentParser
import JobClient

struct DaemonMetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Print what is counted and measured, for programs that watch machines.",
        discussion: """
            The text is OpenMetrics 1.0, which Prometheus and others read. They can fetch it themselves: from a socket \
            of HTTP that the configuration switches on ([metrics] listen = "127.0.0.1:9847"), at /metrics.
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try StandardStream.output.write(Array(try connection.client.metrics().utf8))
    }
}
