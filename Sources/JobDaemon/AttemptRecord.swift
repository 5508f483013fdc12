import JobProtocol
import Jobs

/// What the journal has of an attempt that has ended, beside the job's own fields: its outcome, and what it used.
struct AttemptRecord {
    private let end: AttemptEnd

    init(_ end: AttemptEnd) {
        self.end = end
    }

    /// Names without `JOBD_`; times in microseconds, sizes in bytes.
    var fields: [String: String] {
        let words = OutcomeWords(end.outcome)
        var fields = ["outcome": words.kind]
        fields["exit_code"] = words.exitCode.map(String.init)
        fields["signal"] = words.signal
        guard let cost = end.cost else { return fields }
        fields["user_usec"] = "\(cost.userTime.wholeMicroseconds)"
        fields["system_usec"] = "\(cost.systemTime.wholeMicroseconds)"
        fields["wall_usec"] = cost.wallTime.map { "\($0.wholeMicroseconds)" }
        fields["start_latency_usec"] = cost.startLatency.map { "\($0.wholeMicroseconds)" }
        fields["max_resident"] = cost.maxResident.map(String.init)
        fields["peak_memory"] = cost.peakMemory.map(String.init)
        fields["minor_faults"] = cost.minorFaults.map(String.init)
        fields["major_faults"] = cost.majorFaults.map(String.init)
        fields["read_bytes"] = cost.readBytes.map(String.init)
        fields["written_bytes"] = cost.writtenBytes.map(String.init)
        return fields
    }
}
