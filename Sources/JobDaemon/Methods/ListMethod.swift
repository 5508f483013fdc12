import JobProtocol
import JobService
import JobStore
import Jobs
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.List`.
struct ListMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            let request = try ListCall(call.parameters)
            var filter = JobFilter(
                states: Set(request.states), queues: Set(request.queues), name: request.name)
            if let user = request.user {
                guard let number = try context.names.number(of: user) else {
                    throw ParameterError(path: "user", problem: "must be a user of this machine")
                }
                filter.user = number
            }
            // One more than asked for tells whether there is a next page.
            let page = JobPage(before: request.before, limit: request.limit + 1, bytes: Self.bytesPerPage)
            let jobs = try context.service.jobs(matching: filter, page: page, for: requester)
            let fitting = Self.prefix(of: jobs, atMost: Self.bytesPerPage)
            let shown = fitting.prefix(request.limit)
            let isLast =
                shown.count == jobs.count && jobs.reduce(0) { $0 + $1.spec.command.size } <= Self.bytesPerPage
            return ListCall.Answer(
                jobs: try shown.map { try context.view(of: $0, attempts: 1) }, next: isLast ? nil : shown.last?.id
            ).parameters
        }
    }

    /// As many jobs as have so many bytes together, at least one.
    private static func prefix(of jobs: [Job], atMost bytes: Int) -> ArraySlice<Job> {
        var size = 0
        let end = jobs.firstIndex { job in
            defer { size += job.spec.size }
            return size > bytes
        }
        return jobs[..<(end ?? jobs.endIndex)]
    }

    /// Bytes of commands and environments in one page: in JSON they can take six times as much, and a message may have
    /// 16 MiB.
    static let bytesPerPage = 1 << 20
}
