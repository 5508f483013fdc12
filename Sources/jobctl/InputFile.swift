import Glibc
import Kernel

/// A file that is read for a job at its submit.
enum InputFile {
    /// Reads all of it; `-` is jobctl's stdin.
    ///
    /// - Parameter flag: what asked for it, for messages.
    static func read(_ path: String, atMost length: Int, for flag: String) throws(Failure) -> [UInt8] {
        let name = path == "-" ? "what stands on stdin" : path
        do {
            return try FileContent.read(path == "-" ? "/dev/stdin" : path, limit: length)
        } catch {
            let problem =
                error.code == EFBIG
                ? "has more than \(length) bytes" : "cannot be read: \(SystemError.text(of: error.code))"
            throw Failure(ExitStatus.usage, "\(flag): \(PrintableText.escaped(name)) \(problem)")
        }
    }
}
