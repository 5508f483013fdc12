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

    /// Makes a directory and the missing ones above it as `make` does; a power cut does not take back that it is there.
    ///
    /// One that exists may have been made a moment ago by somebody who was killed before it was on disk, so that the
    /// one above is synced then too; where that cannot be read, it was made by others, who are trusted to have done so.
    package static func makeDurable(_ path: String, mode: UInt32) throws(SystemError) {
        let above = folder(of: path)
        if unsafe mkdir(path, mode) != 0, errno != EEXIST {
            guard errno == ENOENT, above != "/", above != "." else {
                throw SystemError(call: "mkdir \(path)", code: errno)
            }
            try makeDurable(above, mode: mode)
            try make(path, mode: mode)
        }
        do throws(SystemError) {
            let folder = try Descriptor.open(above, O_RDONLY | O_DIRECTORY)
            try systemCall("fsync \(above)") { fsync(folder.rawValue) }
        } catch {
            guard error.code == EACCES else { throw error }
        }
    }

    /// The directory that one is in, by its path alone.
    private static func folder(of path: String) -> String {
        let name = path.reversed().drop { $0 == "/" }
        guard name.contains("/") else { return path.hasPrefix("/") ? "/" : "." }
        let above = String(name.drop { $0 != "/" }.drop { $0 == "/" }.reversed())
        return above.isEmpty ? "/" : above
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
