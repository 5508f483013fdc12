import Glibc

/// Whole small files.
package enum FileContent {
    /// Reads a file of at most `limit` bytes.
    ///
    /// - Throws: what the system says, or `EFBIG`.
    package static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY)
        // Most are the kernel's, and fit into one piece.
        var pieceSize = 4 * 1024
        var content: [UInt8] = []
        while true {
            guard let piece = try file.read(upTo: pieceSize), !piece.isEmpty else { return content }
            content = content.isEmpty ? piece : content + piece
            pieceSize = min(2 * pieceSize, 1 << 20)
            if content.count > limit { throw SystemError(call: "read \(path)", code: EFBIG) }
        }
    }

    /// Writes to a file that exists, as the kernel's own files under `/sys` and `/proc` want it: in one call.
    package static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try Descriptor.open(path, O_WRONLY)
        let bytes = Array(text.utf8)
        try systemCall("write \(path)") { unsafe Glibc.write(file.rawValue, bytes, bytes.count) }
    }
}
