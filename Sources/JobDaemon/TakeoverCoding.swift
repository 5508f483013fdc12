import JobProtocol
import JobRunner
import JobService
import Jobs
import Kernel
import Varlink

extension Takeover {
    var json: JSONObject {
        var object: JSONObject = [
            "format": JSONValue(Self.format), "version": .string(version), "process": .integer(Int64(process)),
            "lock": .integer(Int64(lock)), "listeners": .descriptors(listeners), "callers": .descriptors(callers),
            "openFileLimit": JSONValue(openFileLimit), "runs": .array(runs.map { .object($0.json) }),
        ]
        object.append("ownSocket", ownSocket.map { .string($0) })
        object.append(
            "delegation",
            delegation.map { ["hasMoved": .bool($0.hasMoved), "enabled": .array($0.enabled.map { .string($0) })] })
        return object
    }

    init(_ object: JSONObject) throws(ParameterError) {
        self = try object.read { reader throws(ParameterError) in
            _ = try reader.required("format").integer(in: Self.format...Self.format)
            let version = try reader.required("version").string()
            let process = try reader.required("process").int32()
            let lock = try reader.required("lock").int32()
            let listeners = try reader.required("listeners").descriptors()
            let callers = try reader.required("callers").descriptors()
            let openFileLimit = try reader.required("openFileLimit").unsigned()
            let ownSocket = try reader.optional("ownSocket")?.string()
            let delegation = try reader.optional("delegation")?.object { reader throws(ParameterError) in
                DetachedDelegation(
                    hasMoved: try reader.required("hasMoved").bool(), enabled: try reader.required("enabled").strings())
            }
            let runs = try reader.required("runs").array { run throws(ParameterError) in
                try run.object { reader throws(ParameterError) in try DetachedRun(&reader) }
            }
            return Takeover(
                version: version, process: process, lock: lock, listeners: listeners, ownSocket: ownSocket,
                callers: callers, openFileLimit: openFileLimit, delegation: delegation, runs: runs)
        }
    }
}

extension DetachedRun {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "job": .integer(id.job.rawValue), "attempt": JSONValue(id.number),
            "causes": .causes(requests.causes), "isFrozen": .bool(requests.isFrozen),
            "signals": .array(requests.signals.map { .integer(Int64($0.rawValue)) }), "isPaused": .bool(isPaused),
            "isQueueFrozen": .bool(isQueueFrozen), "terms": .object(terms.json),
        ]
        object.append("started", attempt.map { .object($0.json) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        let id = AttemptID(
            job: JobID(rawValue: Int64(try reader.required("job").integer())),
            number: try reader.required("attempt").integer())
        let requests = AttemptControl.Requests(
            causes: try reader.required("causes").causes(), isFrozen: try reader.required("isFrozen").bool(),
            signals: try reader.required("signals").array { signal throws(ParameterError) in
                guard let number = SignalNumber(rawValue: try signal.int32()) else {
                    throw signal.error("is no signal")
                }
                return number
            })
        self.init(
            id: id, requests: requests, isPaused: try reader.required("isPaused").bool(),
            isQueueFrozen: try reader.required("isQueueFrozen").bool(),
            terms: try reader.required("terms").object { reader throws(ParameterError) in try AttemptTerms(&reader) },
            attempt: try reader.optional("started")?.object { reader throws(ParameterError) in
                try DetachedAttempt(&reader)
            })
    }
}

extension AttemptTerms {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "isolation": .string(isolation.rawValue), "killAfter": .nanoseconds(killAfter),
            "killAfterAtShutdown": .nanoseconds(killAfterAtShutdown), "outputLimit": .integer(outputLimit),
        ]
        object.append("ready", ready.map { .integer($0.nanoseconds) })
        return object
    }

    fileprivate init(_ reader: inout ParameterReader) throws(ParameterError) {
        self.init(
            isolation: try reader.required("isolation").choice(),
            killAfter: try reader.required("killAfter").duration(),
            killAfterAtShutdown: try reader.required("killAfterAtShutdown").duration(),
            outputLimit: Int64(try reader.required("outputLimit").integer()),
            ready: try reader.optional("ready").map { ready throws(ParameterError) in
                Timestamp(nanoseconds: Int64(try ready.integer()))
            })
    }
}
