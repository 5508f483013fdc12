package import Jobs
internal import Varlink

/// What the daemon itself takes up, and the room that it has.
package struct DaemonUsage: Sendable, Equatable {
    /// Bytes of its memory that are resident.
    package var memory: Int
    package var threads: Int
    /// Clients that are connected.
    package var connections: Int
    package var openFiles: Int
    package var openFileLimit: Int
    /// Bytes of the store's main file.
    package var store: Int
    /// Bytes of the store's write-ahead log.
    package var log: Int
    /// Bytes that are free on the disk with the state; `nil` where its file system does not say.
    package var free: Int?
    /// Bytes that must be free there before anything new is stored or started.
    package var keepFree: Int

    package init(
        memory: Int, threads: Int, connections: Int, openFiles: Int, openFileLimit: Int, store: Int, log: Int,
        free: Int?, keepFree: Int
    ) {
        self.memory = memory
        self.threads = threads
        self.connections = connections
        self.openFiles = openFiles
        self.openFileLimit = openFileLimit
        self.store = store
        self.log = log
        self.free = free
        self.keepFree = keepFree
    }

    var json: JSONObject {
        var object: JSONObject = [
            "memoryBytes": JSONValue(memory), "threads": JSONValue(threads), "connections": JSONValue(connections),
            "openFiles": JSONValue(openFiles), "openFileLimit": JSONValue(openFileLimit),
            "storeBytes": JSONValue(store), "logBytes": JSONValue(log),
        ]
        object.append("freeBytes", free.map { JSONValue($0) })
        object.append("keepFreeBytes", JSONValue(keepFree))
        return object
    }

    init(_ parameter: Parameter) throws(ParameterError) {
        self = try parameter.object { fields throws(ParameterError) in
            DaemonUsage(
                memory: try fields.required("memoryBytes").integer(), threads: try fields.required("threads").integer(),
                connections: try fields.required("connections").integer(),
                openFiles: try fields.required("openFiles").integer(),
                openFileLimit: try fields.required("openFileLimit").integer(),
                store: try fields.required("storeBytes").integer(), log: try fields.required("logBytes").integer(),
                free: try fields.optional("freeBytes")?.integer(),
                keepFree: try fields.required("keepFreeBytes").integer())
        }
    }

    /// The text of the interface for it.
    static let declaration = """
        # What the daemon takes up, and the room that it has: resident memory, the store's file and its log, what is free
        # on their disk (absent where the file system does not say), and what must be free before anything new is stored.
        type Usage (
          memoryBytes: int,
          threads: int,
          connections: int,
          openFiles: int,
          openFileLimit: int,
          storeBytes: int,
          logBytes: int,
          freeBytes: ?int,
          keepFreeBytes: int
        )
        """
}

/// Something that went wrong with the daemon while it ran.
package struct DaemonProblem: Sendable, Equatable {
    package let at: Timestamp
    /// For people.
    package let sentence: String

    package init(at: Timestamp, sentence: String) {
        self.at = at
        self.sentence = sentence
    }

    var json: JSONObject { ["at": .string(at.description), "sentence": .string(sentence)] }

    init(_ parameter: Parameter) throws(ParameterError) {
        self = try parameter.object { fields throws(ParameterError) in
            DaemonProblem(
                at: try Timestamp(try fields.required("at")), sentence: try fields.required("sentence").string())
        }
    }

    /// The text of the interface for it.
    static let declaration = """
        # Something that went wrong with the daemon while it ran: when, and what, for people.
        type Problem (at: string, sentence: string)
        """
}
