internal import CSystemd

/// Reads entries of this machine's journal (`sd-journal(3)`); it belongs to one thread.
@safe
final class JournalReader {
    private let journal: OpaquePointer

    /// `nil` where there is no journal that we may read.
    init?() {
        var journal: OpaquePointer?
        // SD_JOURNAL_LOCAL_ONLY
        guard unsafe sd_journal_open(&journal, 1) >= 0, let journal = unsafe journal else { return nil }
        unsafe self.journal = journal
    }

    deinit { unsafe sd_journal_close(journal) }

    /// Only entries with this field; of several for one field, one must be right.
    func match(_ field: String, _ value: String) {
        let text = "\(field)=\(value)"
        // It fails only for a field with no name.
        _ = unsafe sd_journal_add_match(journal, text, text.utf8.count)
    }

    /// Goes before the first entry.
    func rewind() { _ = unsafe sd_journal_seek_head(journal) }

    /// Goes to the next entry; false after the last.
    func next() -> Bool { unsafe sd_journal_next(journal) > 0 }

    /// A field of the entry.
    func field(_ name: String) -> String? {
        var data: UnsafeRawPointer?
        var length = 0
        guard unsafe sd_journal_get_data(journal, name, &data, &length) >= 0, let data = unsafe data else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: length)
        return unsafe String(decoding: bytes.dropFirst(name.utf8.count + 1), as: UTF8.self)
    }

    /// Sleeps until something was added, or the deadline passes.
    func wait(until deadline: ContinuousClock.Instant) {
        let left = max(.zero, ContinuousClock.now.duration(to: deadline))
        _ = unsafe sd_journal_wait(journal, UInt64(left / .microseconds(1)))
    }
}
