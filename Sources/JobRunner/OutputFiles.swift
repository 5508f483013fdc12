package import Jobs
package import Kernel
import Glibc

/// Where the output of attempts is kept: `<folder>/<bucket>/<id>.<attempt>.log`.
package struct OutputFiles: Sendable {
    private let folder: String
    /// Bytes that must stay free on their disk: output ends there.
    let keepFree: Int64

    /// Attempts of this many consecutive jobs share a bucket, so that no directory grows without bound.
    private static let jobsPerBucket: Int64 = 1_000

    package init(folder: String, keepFree: Int64 = 0) {
        self.folder = folder
        self.keepFree = keepFree
    }

    package func path(of attempt: AttemptID) -> String {
        "\(bucket(of: attempt))/\(attempt.job).\(attempt.number).log"
    }

    /// Makes the file of an attempt; it must not exist.
    func create(for attempt: AttemptID) throws(SystemError) -> Descriptor {
        try Directory.make(bucket(of: attempt), mode: 0o700)
        return try Descriptor.open(path(of: attempt), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, mode: 0o600)
    }

    /// Opens the file of an attempt to write on.
    func reopen(_ attempt: AttemptID) throws(SystemError) -> Descriptor {
        try Descriptor.open(path(of: attempt), O_WRONLY | O_APPEND | O_NOFOLLOW)
    }

    /// Opens the file of an attempt for reading; `nil` where it printed nothing.
    package func open(_ attempt: AttemptID) throws(SystemError) -> Descriptor? {
        do {
            return try Descriptor.open(path(of: attempt), O_RDONLY | O_NOFOLLOW)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    private func bucket(of attempt: AttemptID) -> String { "\(folder)/\(attempt.job.rawValue / Self.jobsPerBucket)" }
}
