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
            let shown = jobs.prefix(request.limit)
            let isLast = jobs.count <= request.limit && jobs.reduce(0) { $0 + $1.spec.command.size } <= page.bytes
            return ListCall.Answer(
                jobs: try shown.map { try context.view(of: $0) }, next: isLast ? nil : shown.last?.id
            ).parameters
        }
    }

    /// Bytes of commands and environments in one page: in JSON they can take six times as much, and a message may have
    /// 16 MiB.
    static let bytesPerPage = 1 << 20
}
