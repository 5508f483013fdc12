import JobProtocol
import JobRunner
import Jobs
import Kernel
import Varlink

extension DetachedAttempt {
    var json: JSONObject {
        [
            "processID": .integer(Int64(processID)), "process": .integer(Int64(process)), "tree": .object(tree.json),
            "started": .integer(started.nanoseconds), "startedWallClock": .integer(startedWallClock.nanoseconds),
            "output": .object(output.json), "supervision": .object(supervision.json),
        ]
    }

    init(_ reader: inout ParameterReader) throws(ParameterError) {
        self.init(
            processID: try reader.required("processID").int32(), process: try reader.required("process").int32(),
            tree: try reader.required("tree").object { reader throws(ParameterError) in try DetachedTree(&reader) },
            started: try reader.required("started").bootTime(),
            startedWallClock: Timestamp(nanoseconds: Int64(try reader.required("startedWallClock").integer())),
            output: try reader.required("output").object { reader throws(ParameterError) in
                try DetachedOutput(&reader)
            },
            supervision: try reader.required("supervision").object { reader throws(ParameterError) in
                try DetachedSupervision(&reader)
            })
    }
}

extension DetachedTree {
    fileprivate var json: JSONObject {
        switch self {
        case .cgroup(let path, let before, let wasKilled):
            ["cgroup": .string(path), "before": .object(before.json), "wasKilled": .bool(wasKilled)]
        case .session(let leader, let frozen):
            ["session": .integer(Int64(leader)), "frozen": .descriptors(frozen.sorted())]
        case .unit(let startResult, let isKilled):
            ["unit": .string(startResult), "isKilled": .bool(isKilled)]
        }
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        if let path = try reader.optional("cgroup")?.string() {
            self = .cgroup(
                path: path,
                before: try reader.required("before").object { reader throws(ParameterError) in
                    try TreeUsage(&reader)
                },
                wasKilled: try reader.required("wasKilled").bool())
        } else if let startResult = try reader.optional("unit")?.string() {
            self = .unit(startResult: startResult, isKilled: try reader.required("isKilled").bool())
        } else {
            self = .session(
                leader: try reader.required("session").int32(),
                frozen: Set(try reader.required("frozen").descriptors()))
        }
    }
}

extension TreeUsage {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "userTime": .nanoseconds(userTime), "systemTime": .nanoseconds(systemTime),
            "outOfMemoryKills": .integer(outOfMemoryKills),
        ]
        object.append("peakMemory", peakMemory.map { .integer($0) })
        object.append("readBytes", readBytes.map { .integer($0) })
        object.append("writtenBytes", writtenBytes.map { .integer($0) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        self.init()
        userTime = try reader.required("userTime").duration()
        systemTime = try reader.required("systemTime").duration()
        outOfMemoryKills = Int64(try reader.required("outOfMemoryKills").integer())
        peakMemory = try reader.optional("peakMemory")?.int64()
        readBytes = try reader.optional("readBytes")?.int64()
        writtenBytes = try reader.optional("writtenBytes")?.int64()
    }
}

extension DetachedOutput {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "stdout": .integer(Int64(stdout)), "stderr": .integer(Int64(stderr)),
            "openStreams": .array(OutputStream.allCases.filter(openStreams.contains).map { .string($0.rawValue) }),
            "hasBytes": .bool(hasBytes), "left": .integer(left), "isClosed": .bool(isClosed),
            "lacksRoom": .bool(lacksRoom), "begun": .array(begun.map { .object($0.json) }),
        ]
        object.append("length", length.map { .integer($0) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        self.init(
            stdout: try reader.required("stdout").int32(), stderr: try reader.required("stderr").int32(),
            openStreams: Set(
                try reader.required("openStreams").array { stream throws(ParameterError) in try stream.choice() }),
            hasBytes: try reader.required("hasBytes").bool(), left: try reader.required("left").int64(),
            length: try reader.optional("length")?.int64(), isClosed: try reader.required("isClosed").bool(),
            lacksRoom: try reader.required("lacksRoom").bool(),
            begun: try reader.required("begun").array { line throws(ParameterError) in
                try line.object { reader throws(ParameterError) in try BegunLine(&reader) }
            })
    }
}

extension DetachedOutput.BegunLine {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["text": .string(Base64.encode(text))]
        object.append("due", due.map { .integer($0.nanoseconds) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        let text = try reader.required("text")
        guard let bytes = Base64.decode(try text.string()) else { throw text.error("is not base64") }
        self.init(text: bytes, due: try reader.optional("due")?.bootTime())
    }
}

extension DetachedSupervision {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["causes": .causes(causes), "isFrozen": .bool(isFrozen)]
        switch limit.state {
        case .unlimited: break
        case .running(let deadline): object.append("timeoutDue", .integer(deadline.nanoseconds))
        case .standing(let left): object.append("timeLeft", .nanoseconds(left))
        }
        object.append("killDue", killDue.map { .integer($0.nanoseconds) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        let due = try reader.optional("timeoutDue")?.bootTime()
        let left = try reader.optional("timeLeft")?.duration()
        let limit: TimeLimit.State
        if let due { limit = .running(until: due) } else { limit = left.map { .standing(left: $0) } ?? .unlimited }
        self.init(
            limit: TimeLimit(limit), causes: try reader.required("causes").causes(),
            killDue: try reader.optional("killDue")?.bootTime(), isFrozen: try reader.required("isFrozen").bool())
    }
}

// MARK: Values

extension JSONValue {
    static func descriptors(_ numbers: [Int32]) -> JSONValue { .array(numbers.map { .integer(Int64($0)) }) }

    static func causes(_ causes: [StopCause]) -> JSONValue { .array(causes.map { .string($0.rawValue) }) }

    /// What is longer than 292 years is as long as that.
    static func nanoseconds(_ duration: Duration) -> JSONValue {
        .integer((BootTime(nanoseconds: 0) + duration).nanoseconds)
    }
}

extension Parameter {
    func int32() throws(ParameterError) -> Int32 { Int32(try integer(in: 0...Int(Int32.max))) }

    func int64() throws(ParameterError) -> Int64 { Int64(try integer()) }

    func descriptors() throws(ParameterError) -> [Int32] {
        try array { number throws(ParameterError) in try number.int32() }
    }

    func causes() throws(ParameterError) -> [StopCause] {
        try array { cause throws(ParameterError) in try cause.choice() }
    }

    func duration() throws(ParameterError) -> Duration { .nanoseconds(try int64()) }

    func bootTime() throws(ParameterError) -> BootTime { BootTime(nanoseconds: try int64()) }
}
