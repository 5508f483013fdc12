package import Jobs
import Threading

/// What may be told of a job.
package enum JobNews: Hashable, Sendable {
    /// An attempt has been claimed.
    case started
    /// There is more in the output file of its attempt.
    case printed
    /// An attempt has ended, and the job will run again.
    case attemptFailed
    /// Its state is final now, and stored.
    case ended
}

/// Those who want to be told about jobs.
package final class JobWatchers: Sendable {
    /// Called on the thread where it happened: it must not block, and hand on what takes time.
    package typealias Callback = @Sendable (JobID, JobNews) -> Void

    /// One who watches; `stop` ends it.
    package struct Watch: Hashable, Sendable {
        fileprivate let number: Int
        fileprivate let jobs: [JobID]
    }

    private struct State {
        var lastNumber = 0
        var callbacks: [JobID: [Int: Callback]] = [:]
    }

    private let state = Monitor(State())

    package init() {}

    /// Tells `callback` of everything that happens to these jobs from now on.
    package func watch(_ jobs: [JobID], _ callback: @escaping Callback) -> Watch {
        state.withLock { state in
            state.lastNumber += 1
            for job in jobs { state.callbacks[job, default: [:]][state.lastNumber] = callback }
            return Watch(number: state.lastNumber, jobs: jobs)
        }
    }

    /// Ends a watch.
    ///
    /// A callback that is under way on another thread may still come.
    package func stop(_ watch: Watch) {
        state.withLock { state in
            for job in watch.jobs {
                state.callbacks[job]?[watch.number] = nil
                if state.callbacks[job]?.isEmpty == true { state.callbacks[job] = nil }
            }
        }
    }

    package func tell(_ job: JobID, _ news: JobNews) {
        let callbacks = state.withLock { state in
            (state.callbacks[job] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        }
        for callback in callbacks { callback(job, news) }
    }
}
