package import Kernel

/// The pipes of a detached attempt, and how far what came from them has been recorded.
package struct DetachedOutput: Sendable {
    /// A line of which the end has not come.
    package struct BegunLine: Sendable {
        package var text: [UInt8]
        /// When it is to be shown as it is; `nil` where nothing of a line has come.
        package var due: BootTime?

        package init(text: [UInt8], due: BootTime?) {
            self.text = text
            self.due = due
        }
    }

    /// The reading ends.
    package var stdout: Int32
    package var stderr: Int32
    /// Those that have not ended.
    package var openStreams: Set<OutputStream>
    /// Whether anything was written.
    package var hasBytes: Bool
    /// Bytes that may still be kept.
    package var left: Int64
    /// Bytes in the file; `nil` where there is none yet.
    package var length: Int64?
    /// Whether nothing is kept any more.
    package var isClosed: Bool
    /// Whether the last that came was left out for want of room.
    package var lacksRoom: Bool
    /// By `OutputStream.place`.
    package var begun: [BegunLine]

    package init(
        stdout: Int32, stderr: Int32, openStreams: Set<OutputStream>, hasBytes: Bool, left: Int64, length: Int64?,
        isClosed: Bool, lacksRoom: Bool, begun: [BegunLine]
    ) {
        self.stdout = stdout
        self.stderr = stderr
        self.openStreams = openStreams
        self.hasBytes = hasBytes
        self.left = left
        self.length = length
        self.isClosed = isClosed
        self.lacksRoom = lacksRoom
        self.begun = begun
    }
}
