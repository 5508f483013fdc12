import Glibc

/// Words for the person who asked, not for the journal.
enum StandardErrorText {
    static func write(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
