/// How the files of control groups are read and written; a test puts plain files in the place of the kernel's.
package protocol ControlFiles: Sendable {
    /// The whole of a file.
    func read(_ path: String) throws(SystemError) -> String

    /// Writes to a file that exists, in one call.
    func write(_ text: String, to path: String) throws(SystemError)
}

/// The kernel's own.
package struct KernelControlFiles: ControlFiles {
    package init() {}

    package func read(_ path: String) throws(SystemError) -> String {
        String(decoding: try FileContent.read(path), as: UTF8.self)
    }

    package func write(_ text: String, to path: String) throws(SystemError) {
        try FileContent.write(text, to: path)
    }
}
