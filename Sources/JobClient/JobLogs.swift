internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// A line that a job printed, or a part of one.
    public struct LogLine: Sendable, Equatable {
        /// Where a job can print to.
        public enum Stream: String, Sendable, CaseIterable {
            case stdout, stderr
        }

        /// When it was read from the job: RFC 3339 in UTC.
        public let time: String
        /// Where it was printed to.
        public let stream: Stream
        /// The exact bytes, without the newline.
        public let text: [UInt8]
        /// Whether a newline ended it.
        public let isComplete: Bool

        package init(time: String, stream: Stream, text: [UInt8], isComplete: Bool) {
            self.time = time
            self.stream = stream
            self.text = text
            self.isComplete = isComplete
        }

        /// The exact bytes that the job wrote.
        public var bytes: [UInt8] { isComplete ? text + [UInt8(ascii: "\n")] : text }
    }

    /// Some of what an attempt printed.
    public struct LogPart: Sendable, Equatable {
        /// The attempt; 0 when the job has not begun.
        public let attempt: Int
        /// The lines, in the order in which they were printed.
        public let lines: [LogLine]
        /// Where the next part begins.
        public let next: Int

        let isEnd: Bool

        init(_ parameters: JSONObject) throws(ParameterError) {
            let answer = try LogsCall.Answer(parameters)
            attempt = answer.attempt
            lines = answer.lines.map { line in
                LogLine(
                    time: line.time, stream: line.stream == "stderr" ? .stderr : .stdout, text: line.text,
                    isComplete: line.isComplete)
            }
            next = answer.next
            isEnd = answer.isEnd
        }
    }

    /// What an attempt prints, part by part.
    ///
    /// It has a connection of its own and finds its way back to a daemon that restarts, without losing or repeating a
    /// line.
    public final class Logs {
        private let stream: RepeatingStream
        private var call: LogsCall
        private var isAtEnd = false

        init(_ call: LogsCall, stream: RepeatingStream) {
            self.call = call
            self.stream = stream
        }

        /// The next part, or nil after the last.
        ///
        /// - Parameter timeout: how long to wait; nil is for ever.
        /// - Throws: ``JobClientError``; after ``JobClientError/timedOut`` it can be asked again.
        public func next(within timeout: Duration? = nil) throws(JobClientError) -> LogPart? {
            guard !isAtEnd else { return nil }
            let parameters = try stream.next(
                of: Call(method: LogsCall.method, parameters: call.parameters, mode: .more), within: timeout)
            do {
                let part = try LogPart(parameters)
                call.offset = part.next
                // 0 is "not begun": then it is still to be seen which attempt it will be.
                if part.attempt > 0 { call.attempt = part.attempt }
                isAtEnd = part.isEnd
                return part
            } catch {
                throw .brokenReply(error.description)
            }
        }
    }
}
