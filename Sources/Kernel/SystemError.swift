import Glibc

/// A system call that failed: which one, and why.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call's name as in its manual page, with what it was about where that helps: `open /etc/jobd/jobd.toml`.
    package let call: String

    /// The error number, `ENOENT` and the like.
    package let code: Int32

    /// Notes a failure; `errno` must be read before any other call changes it.
    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(Self.text(of: code))" }

    /// The system's sentence for an error number.
    package static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
