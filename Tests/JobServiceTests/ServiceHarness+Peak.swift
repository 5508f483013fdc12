import JobService
import Jobs
import Testing

extension ServiceHarness {
    /// The most that the attempts of these jobs had at once of what each takes; for a harness in real time.
    func peak(of jobs: [JobID], _ amount: (Job) -> Int) throws -> Int {
        var steps: [(at: Timestamp, change: Int)] = []
        for id in jobs {
            let job = try job(id)
            for attempt in try service.attempts(of: id, last: .max) {
                steps.append((attempt.claimed, amount(job)))
                steps.append((try #require(attempt.end).at, -amount(job)))
            }
        }
        var (now, peak) = (0, 0)
        for step in steps.sorted(by: { ($0.at, $0.change) < ($1.at, $1.change) }) {
            now += step.change
            peak = max(peak, now)
        }
        return peak
    }
}
