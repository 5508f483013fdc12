import CLinux

/// A pipe; both ends are closed on exec.
package struct Pipe: ~Copyable, Sendable {
    package let reading: Descriptor
    package let writing: Descriptor

    package init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try systemCall("pipe2") { unsafe linux_pipe(&ends) }
        reading = Descriptor(owning: ends[0])
        writing = Descriptor(owning: ends[1])
    }

    /// Gives the reading end and closes the other.
    package consuming func takeReading() -> Descriptor { reading }
}
