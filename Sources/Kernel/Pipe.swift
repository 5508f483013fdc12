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

    /// A pipe whose reading end does not block, for the output of a program.
    package static func forOutput() throws(SystemError) -> Pipe {
        var ends: [Int32] = [-1, -1]
        try systemCall("pipe2") { unsafe linux_output_pipe(&ends) }
        return Pipe(reading: Descriptor(owning: ends[0]), writing: Descriptor(owning: ends[1]))
    }

    private init(reading: consuming Descriptor, writing: consuming Descriptor) {
        self.reading = reading
        self.writing = writing
    }

    /// Gives the reading end and closes the other.
    package consuming func takeReading() -> Descriptor { reading }
}
