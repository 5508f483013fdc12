import Kernel

/// Waits for what can happen to a running unit.
enum UnitPoll {
    /// Sleeps until the bus says something, somebody wakes us, there is output, or the deadline passes; takes the output.
    static func wait(
        for bus: Int32, _ wake: WakeSignal, _ output: inout AttemptOutput, until deadline: BootTime?
    ) {
        var poller = Poller()
        poller.add(wake.rawValue, for: .reading)
        poller.add(bus, for: .reading)
        let streams = OutputStream.allCases.filter { output.descriptor(of: $0) != nil }
        for stream in streams { poller.add(output.descriptor(of: stream) ?? -1, for: .reading) }
        defer { output.flush() }
        guard (try? poller.wait(until: output.deadline(or: deadline))) == true else { return }
        if poller.isReady(at: 0) { wake.clear() }
        for (index, stream) in streams.enumerated() where poller.isReady(at: index + 2) { output.take(stream) }
    }
}
