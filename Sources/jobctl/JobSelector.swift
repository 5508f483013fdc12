import ArgumentParser
import Glibc
import JobClient
import Jobs

/// A way to say which jobs: `7`, `9-12`, `@last`, `@-2`.
enum JobSelector: Equatable, Sendable {
    case ids(ClosedRange<Int64>)
    /// Of the caller's own jobs the newest (1), the one before (2), …
    case newest(Int)

    static let rule = "must be a job's number like 7, a range like 9-12, @last, or @-2 for the one before the last"

    static let last = JobSelector.newest(1)

    /// - Throws: a sentence that says what is allowed.
    init(parsing text: String) throws(ValidationError) {
        guard let selector = JobSelector(text) else { throw ValidationError(Self.rule) }
        self = selector
    }

    init?(_ text: String) {
        if text == "@last" {
            self = .newest(1)
        } else if text.hasPrefix("@-"), let number = Self.number(text.dropFirst(2)), number <= Limits.jobsPerPage {
            self = .newest(Int(number))
        } else if let id = Self.number(text) {
            self = .ids(id...id)
        } else {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last
            else {
                return nil
            }
            self = .ids(first...last)
        }
    }

    /// Only digits, and not 0.
    private static func number(_ text: some StringProtocol) -> Int64? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text), number > 0 else { return nil }
        return number
    }

    /// The ids of the jobs that are meant, each once, in the order of the selectors.
    static func ids(_ selectors: [JobSelector], from client: JobClient) throws -> [Int64] {
        var ids: [Int64] = []
        var seen: Set<Int64> = []
        for selector in selectors {
            for id in try selector.ids(from: client) where seen.insert(id).inserted { ids.append(id) }
            guard ids.count <= Limits.idsPerCall else {
                throw Failure(ExitStatus.usage, "more than \(Limits.idsPerCall) jobs at once")
            }
        }
        return ids
    }

    private func ids(from client: JobClient) throws -> [Int64] {
        switch self {
        case .ids(let range):
            guard range.upperBound - range.lowerBound < Limits.idsPerCall else {
                throw Failure(ExitStatus.usage, "more than \(Limits.idsPerCall) jobs at once")
            }
            return Array(range)
        case .newest(let place):
            let own = try client.jobs(matching: .init(user: "\(getuid())"), limit: place).jobs
            guard own.count == place, let job = own.last else {
                throw Failure(
                    ExitStatus.notFound, own.isEmpty ? "you have no job yet" : "you have only \(own.count) jobs")
            }
            return [job.id]
        }
    }
}
