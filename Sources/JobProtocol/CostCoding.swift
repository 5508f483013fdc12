import Jobs
import Varlink

/// What an attempt used, in the words of the protocol.
enum CostCoding {
    static func append(_ cost: Cost, to object: inout JSONObject) {
        object.append("userMilliseconds", JSONValue(cost.userTime.wholeMilliseconds))
        object.append("systemMilliseconds", JSONValue(cost.systemTime.wholeMilliseconds))
        object.append("wallMilliseconds", cost.wallTime.map { JSONValue($0.wholeMilliseconds) })
        object.append("startLatencyMicroseconds", cost.startLatency.map { JSONValue($0.wholeMicroseconds) })
        object.append("maxResidentBytes", cost.maxResident.map { .integer($0) })
        object.append("peakMemoryBytes", cost.peakMemory.map { .integer($0) })
        object.append("minorFaults", cost.minorFaults.map { .integer($0) })
        object.append("majorFaults", cost.majorFaults.map { .integer($0) })
        object.append("readBytes", cost.readBytes.map { .integer($0) })
        object.append("writtenBytes", cost.writtenBytes.map { .integer($0) })
    }

    /// `nil` where nothing is known.
    static func cost(_ fields: inout ParameterReader) throws(ParameterError) -> Cost? {
        let user = try fields.optional("userMilliseconds")?.integer()
        let system = try fields.optional("systemMilliseconds")?.integer()
        let cost = Cost(
            userTime: .milliseconds(user ?? 0), systemTime: .milliseconds(system ?? 0),
            maxResident: try number("maxResidentBytes", &fields), peakMemory: try number("peakMemoryBytes", &fields),
            minorFaults: try number("minorFaults", &fields), majorFaults: try number("majorFaults", &fields),
            readBytes: try number("readBytes", &fields), writtenBytes: try number("writtenBytes", &fields),
            wallTime: try number("wallMilliseconds", &fields).map { .milliseconds($0) },
            startLatency: try number("startLatencyMicroseconds", &fields).map { .microseconds($0) })
        return user == nil ? nil : cost
    }

    private static func number(_ name: String, _ fields: inout ParameterReader) throws(ParameterError) -> Int64? {
        try fields.optional(name).map { field throws(ParameterError) in Int64(try field.integer()) }
    }
}

extension Duration {
    /// Microseconds, what is less than one cut off.
    package var wholeMicroseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
