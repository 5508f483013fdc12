import Glibc
import Testing

/// A file for as long as a test looks at it.
enum TemporaryFile {
    static func with(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/jobctl-test-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        try #require(number >= 0)
        let path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unlink(path) }
        let count = write(number, bytes, bytes.count)
        close(number)
        try #require(count == bytes.count)
        try body(path)
    }
}
