package import Jobs
package import Kernel

extension Cost {
    /// The cost of an attempt that has ended.
    ///
    /// What the attempt's control group counts is the truth, since it knows every process; the exit record knows the
    /// first process and those that were waited for, one by the other. Without the `io` controller the bytes are the
    /// exit record's, in which a write counts when a page is dirtied rather than when it goes to a disk. Faults are
    /// always the exit record's.
    package init(
        exit: ProcessExit, usage: TreeUsage?, wallTime: Duration, startLatency: Duration?
    ) {
        self.init(
            userTime: usage?.userTime ?? exit.userTime, systemTime: usage?.systemTime ?? exit.systemTime,
            maxResident: exit.maxResident, peakMemory: usage?.peakMemory, minorFaults: exit.minorFaults,
            majorFaults: exit.majorFaults, readBytes: usage?.readBytes ?? exit.readBytes,
            writtenBytes: usage?.writtenBytes ?? exit.writtenBytes, wallTime: wallTime, startLatency: startLatency)
    }
}
