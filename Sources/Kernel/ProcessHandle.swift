import CLinux
import Glibc

/// A child process, named by a descriptor (pidfd) that no other process can take over.
package struct ProcessHandle: ~Copyable, Sendable {
    /// For people and for `/proc`; signals go through the descriptor.
    package let processID: Int32
    private let descriptor: Descriptor

    package init(processID: Int32, owning descriptor: consuming Descriptor) {
        self.processID = processID
        self.descriptor = descriptor
    }

    /// Names a child that was started otherwise; it must not have been waited for.
    package init(child processID: Int32) throws(SystemError) {
        self.init(
            processID: processID,
            owning: Descriptor(owning: try systemCall("pidfd_open") { linux_pidfd_open(processID) }))
    }

    /// Gives the descriptor away; the receiver must close it.
    package consuming func release() -> Int32 { descriptor.release() }

    /// What to poll for reading: it becomes readable when the process has ended.
    package var rawValue: Int32 { descriptor.rawValue }

    /// Sends a signal; a process that has ended already is not an error.
    package func send(signal: Int32) throws(SystemError) {
        if linux_pidfd_send_signal(descriptor.rawValue, signal) == 0 || errno == ESRCH { return }
        throw SystemError(call: "pidfd_send_signal", code: errno)
    }

    /// Waits for the end and takes the exit record; once only.
    package func wait() throws(SystemError) -> ProcessExit {
        var result = linux_child_exit()
        try systemCall("waitid") { unsafe linux_wait_pidfd(descriptor.rawValue, &result) }
        return ProcessExit(
            status: result.by_signal == 0 ? .exited(code: result.code) : .signalled(result.code),
            userTime: .microseconds(result.cpu_user_us), systemTime: .microseconds(result.cpu_system_us),
            maxResident: result.max_resident_kb > Self.ownMaxResident ? result.max_resident_kb * 1024 : nil,
            minorFaults: result.minor_faults, majorFaults: result.major_faults,
            readBytes: result.blocks_read * Self.blockSize, writtenBytes: result.blocks_written * Self.blockSize)
    }

    /// Of getrusage(2).
    private static let blockSize: Int64 = 512

    /// In KiB.
    private static var ownMaxResident: Int64 {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int64(usage.ru_maxrss)
    }
}

/// How a process ended and what it used, its waited-for descendants included.
package struct ProcessExit: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case exited(code: Int32)
        case signalled(Int32)
    }

    package let status: Status
    package let userTime: Duration
    package let systemTime: Duration
    /// The largest resident set of any one process, in bytes; `nil` where it is not known.
    ///
    /// exec(2) counts what the process held before to what it holds after, and before it shared its parent's memory:
    /// so a figure that is not above the parent's own maximum says nothing.
    package let maxResident: Int64?
    /// Pages that came from memory, and from a disk.
    package let minorFaults: Int64
    package let majorFaults: Int64
    /// Bytes that came from disks and went to them.
    package let readBytes: Int64
    package let writtenBytes: Int64
}
