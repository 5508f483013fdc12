import Glibc
import Kernel
import Testing

/// The capabilities of the calling thread (capabilities(7)).
enum Capabilities {
    private struct Header {
        /// This is `_LINUX_CAPABILITY_VERSION_3`.
        var version: UInt32 = 0x2008_0522
        var process: Int32 = 0
    }

    private typealias Call = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int32

    private static func call(_ name: String, _ data: inout [UInt32]) throws {
        let call = try #require(dlsym(nil, name).map { unsafeBitCast($0, to: Call.self) })
        var header = Header()
        try systemCall(name) { call(&header, &data) }
    }

    /// Makes one inheritable, as a service manager may.
    static func makeInheritable() throws {
        // Effective, permitted, inheritable, for the lower and the upper 32.
        var data = [UInt32](repeating: 0, count: 6)
        try call("capget", &data)
        data[2] |= 1 << 5
        try call("capset", &data)
    }
}
