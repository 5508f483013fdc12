internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// Jobs that are waited for, each as it ends.
    ///
    /// It has a connection of its own and finds its way back to a daemon that restarts.
    public final class EndedJobs {
        private let stream: RepeatingStream
        private var waiting: Set<JobID>

        init(_ ids: [JobID], stream: RepeatingStream) {
            waiting = Set(ids)
            self.stream = stream
        }

        /// The next job that has ended, or nil after the last.
        ///
        /// - Parameter timeout: how long to wait; nil is for ever.
        /// - Throws: ``JobClientError``; after ``JobClientError/timedOut`` it can be asked again.
        public func next(within timeout: Duration? = nil) throws(JobClientError) -> Job? {
            guard !waiting.isEmpty else { return nil }
            let call = Call(
                method: WaitCall.method, parameters: WaitCall(ids: waiting.sorted()).parameters, mode: .more)
            let parameters = try stream.next(of: call, within: timeout)
            do {
                let job = try WaitCall.Answer(parameters).job
                waiting.remove(job.id)
                return Job(job)
            } catch {
                throw .brokenReply(error.description)
            }
        }
    }
}
