import ArgumentParser
import JobClient

/// A key and what is to happen when another job has it: `nightly`, `nightly,reject`.
struct UniqueOption: Equatable, Sendable {
    let key: String
    let onConflict: JobRequest.KeyConflict

    /// A key may have commas: only what follows the last one is looked at.
    init(parsing text: String) {
        guard let comma = text.lastIndex(of: ","),
            let conflict = JobRequest.KeyConflict(rawValue: String(text[text.index(after: comma)...]))
        else {
            (key, onConflict) = (text, .existing)
            return
        }
        (key, onConflict) = (String(text[..<comma]), conflict)
    }
}
