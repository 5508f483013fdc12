import Glibc

/// The program that this process runs, and another one in its place.
package enum ProgramImage {
    /// Becomes another program: same process, same children; keeps these descriptors and those of standard input and
    /// output, and all of the environment.
    ///
    /// Signals that are blocked stay so, and those that wait go on waiting.
    ///
    /// - Returns: why it could not; never otherwise.
    package static func replace(
        by path: String, _ arguments: [String], keeping descriptors: [Int32], variable: (name: String, value: String)
    ) -> SystemError {
        do {
            for descriptor in descriptors { try Descriptor.setCloseOnExec(false, descriptor) }
        } catch {
            return error
        }
        defer { for descriptor in descriptors { try? Descriptor.setCloseOnExec(true, descriptor) } }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        unsafe setenv(variable.name, variable.value, 1)
        defer { unsafe unsetenv(variable.name) }
        unsafe execv(path, &words)
        return SystemError(call: "execve \(path)", code: errno)
    }

    /// Takes a variable out of the environment: nobody else is to see it.
    ///
    /// Call it while the process has one thread.
    package static func takeVariable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        unsafe unsetenv(name)
        return text
    }

    /// Where the program of this process lies, by the name it was started by where that says it.
    ///
    /// Ask at the start: once another file has its place the kernel does not name that one.
    package static func path(startedAs name: String) throws(SystemError) -> String {
        if name.hasPrefix("/") { return name }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try systemCall("readlink /proc/self/exe") {
            unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        }
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
