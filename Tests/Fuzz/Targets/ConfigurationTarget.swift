import Jobs

@testable import JobDaemon
@testable import JobService

/// Configuration files: what is taken lies within the bounds that the daemon relies on; what is refused is refused in
/// sentences, each of one line and with a line of the file; and reading is a function of the text alone.
enum ConfigurationTarget {
    private static let processors = 4

    static func check(_ input: [UInt8]) throws(Broken) {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try ConfigurationFile.parse(input, file: "jobd.toml", processors: processors)
        } catch {
            return try checkProblems(error, lines: input.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 })
        }
        try checkBounds(configuration)
        let again = try? ConfigurationFile.parse(input, file: "jobd.toml", processors: processors)
        try expectEqual(again, configuration, "reading twice gives the same")
    }

    private static func checkProblems(_ error: ConfigurationError, lines: Int) throws(Broken) {
        try expect(!error.problems.isEmpty, "a refusal has a reason")
        for problem in error.problems {
            try expect((0...lines).contains(problem.line), "line \(problem.line) of \(lines)")
            try expect(!problem.sentence.isEmpty, "a problem is a sentence")
        }
    }

    private static func checkBounds(_ configuration: Configuration) throws(Broken) {
        try expect(configuration.queues[.default] != nil, "the queue default is there")
        let span = Duration.zero...Limits.longestDuration
        try expect(span.contains(configuration.drainTimeout), "drain_timeout")
        try expect(span.contains(configuration.shutdownTimeout), "shutdown_timeout")
        try expect(configuration.retention.keep >= 0, "keep")
        try expect(configuration.retention.ages.values.allSatisfy(span.contains), "ages")
        for (name, capacity) in configuration.resources {
            try expect(!name.isEmpty && name.utf8.count <= Limits.keyLength, "a resource's name")
            try expect(Limits.resourceAmount.contains(capacity), "a resource's capacity")
        }
        for queue in configuration.queues.values { try checkBounds(queue) }
    }

    private static func checkBounds(_ queue: QueueSettings) throws(Broken) {
        let span = Duration.zero...Limits.longestDuration
        try expect(Limits.workersPerQueue.contains(queue.workers), "workers")
        try expect(Limits.retries.contains(queue.retries), "retries")
        try expect(span.contains(queue.backoff) && span.contains(queue.timeout ?? .zero), "times")
        try expect((.zero...Limits.longestKillAfter).contains(queue.killAfter), "kill_after")
        try expect(queue.outputLimit > 0, "output_limit")
        try expect(queue.rate.map { $0.starts > 0 && $0.per > .zero } ?? true, "rate")
        for limits in [queue.limits, queue.ceilings] {
            for name in limits.names {
                try expect(limits[name].map(ResourceLimits.range(of: name).contains) ?? true, name.rawValue)
            }
        }
    }
}
