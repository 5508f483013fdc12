import JobProtocol
import Jobs

/// What an attempt used, for people.
enum CostText {
    /// Each a part of a sentence, the most telling first.
    static func parts(_ cost: Cost) -> [String] {
        var parts = ["\(TimeText.span(cost.userTime)) user, \(TimeText.span(cost.systemTime)) system"]
        if let peak = cost.peakMemory {
            parts.append("\(size(peak)) of memory at most")
        } else if let resident = cost.maxResident {
            parts.append("\(size(resident)) resident at most")
        }
        if let read = cost.readBytes, let written = cost.writtenBytes, read + written > 0 {
            parts.append("\(size(read)) read, \(size(written)) written")
        }
        if let faults = cost.majorFaults, faults > 0 { parts.append("\(faults) page faults from disk") }
        if let latency = cost.startLatency { parts.append("started after \(TimeText.span(latency))") }
        return parts
    }

    /// Bytes for people: `3.4 MiB`.
    static func size(_ bytes: Int64) -> String { ByteText.text(Int(bytes)) }
}
