internal import JobProtocol
internal import Jobs
internal import Varlink

/// A job to submit: what to run, and how.
///
///     var request = JobRequest(command: ["tar", "-czf", "/backup/home.tgz", "/home"])
///     request.queue = "nightly"
///     request.timeout = .seconds(3600)
public struct JobRequest: Sendable, Equatable {
    /// The program and its arguments, executed exactly as given.
    public var command: [String]
    /// The queue it waits in; nil is the queue `default`.
    public var queue: String?
    /// A name for people; need not be unique.
    public var name: String?
    /// Where it starts, absolute; nil is the user's home directory.
    public var directory: String?
    /// Variables beyond those that every job gets.
    public var environment: [String: String] = [:]
    /// From -1000 to 1000; higher runs first within the queue.
    public var priority = 0
    /// How long it waits before it may run, in whole milliseconds.
    public var delay: Duration?
    /// How long an attempt may take before it is stopped, in whole milliseconds; nil is the queue's own bound.
    public var timeout: Duration?
    /// From TERM to KILL when it is stopped, in whole milliseconds; nil is the queue's own grace.
    public var killAfter: Duration?
    /// Makes a repeat of the submit harmless: the same token is the same job.
    ///
    /// The client makes one up where it is nil.
    public var token: String?

    /// A program and its arguments.
    public init(command: [String]) {
        self.command = command
    }

    /// Text for the shell.
    public init(shell text: String) {
        command = ["/bin/sh", "-c", text]
    }

    /// Checks what can be checked without the daemon.
    ///
    /// - Throws: ``JobClientError/invalidRequest(field:problem:)``, with the name that the field has in the protocol:
    ///   `timeoutMilliseconds`.
    public func validate() throws(JobClientError) {
        _ = try Self.call(for: [self])
    }

    /// The checked call that submits the jobs.
    static func call(for requests: [JobRequest]) throws(JobClientError) -> SubmitCall {
        do {
            return try SubmitCall(["jobs": .array(requests.map { .object($0.parameters) })])
        } catch {
            // One job needs no index.
            let prefix = "jobs[0]."
            let isOnly = requests.count == 1 && error.path.hasPrefix(prefix)
            throw .invalidRequest(
                field: isOnly ? String(error.path.dropFirst(prefix.count)) : error.path, problem: error.problem)
        }
    }

    private var parameters: JSONObject {
        var object: JSONObject = ["command": .array(command.map { .string($0) })]
        object.append("queue", queue.map { .string($0) })
        object.append("name", name.map { .string($0) })
        object.append("directory", directory.map { .string($0) })
        if !environment.isEmpty { object.append("environment", .object(JSONObject(environment))) }
        object.append("priority", JSONValue(priority))
        object.append("delayMilliseconds", delay.map { JSONValue($0.wholeMilliseconds) })
        object.append("timeoutMilliseconds", timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", killAfter.map { JSONValue($0.wholeMilliseconds) })
        object.append("token", token.map { .string($0) })
        return object
    }
}
