/// What a job reads from its stdin.
package enum StandardInput: Hashable, Sendable {
    case nothing
    /// Bytes that are stored with the job, at most ``maxLength``: see ``Attachments``.
    case attached(length: Int, Fingerprint)
    /// A file or device, opened when the job starts, with its rights; a path that is not absolute counts from its
    /// directory.
    case file(String)

    /// Bytes that can be given with a job: they are stored with it.
    package static let maxLength = 1 << 20
}
