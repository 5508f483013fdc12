import Glibc

/// Directories.
package enum Directory {
    /// Makes a directory and the missing ones above it; those that exist stay as they are.
    package static func make(_ path: String, mode: UInt32) throws(SystemError) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemError(call: "mkdir \(path)", code: errno)
        }
        try make(String(path[..<slash]), mode: mode)
        if unsafe mkdir(path, mode) != 0, errno != EEXIST { throw SystemError(call: "mkdir \(path)", code: errno) }
    }

    /// The names in a directory, sorted, without `.` and `..`.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw SystemError(call: "opendir \(path)", code: errno) }
        return unsafe names(in: stream)
    }

    /// The names in an open directory, sorted, without `.` and `..`.
    static func names(from directory: consuming Descriptor) throws(SystemError) -> [String] {
        let number = directory.release()
        guard let stream = unsafe fdopendir(number) else {
            defer { close(number) }
            throw SystemError(call: "fdopendir", code: errno)
        }
        return unsafe names(in: stream)
    }

    private static func names(in stream: OpaquePointer) -> [String] {
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
