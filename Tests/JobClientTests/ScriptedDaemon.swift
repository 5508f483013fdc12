import Glibc
import JobProtocol
import Kernel
import Testing
import Threading
import Varlink

/// A daemon that does, connection by connection, what a test says.
final class ScriptedDaemon: Sendable {
    /// What it does on a connection, in order; after the last step it hangs up.
    enum Step: Sendable {
        /// Takes the next call.
        case read
        /// The last, or only, reply to a call.
        case reply(JSONObject)
        /// A reply that others follow.
        case more(JSONObject)
        /// An error of `io.jobd.Jobs`.
        case fail(JobError)
        /// Tells the test that it is here.
        case set(Event)
        /// Waits for the test.
        case wait(Event)
        /// Waits until the client has gone.
        case waitForEnd
    }

    static let patience = Duration.seconds(20)

    let socket: String
    private let folder: String
    private let received = Monitor<[Call]>([])
    private let thread: DaemonThread

    /// - Parameter connections: the script of each; after the last one nobody listens any more.
    init(_ connections: [[Step]]) throws {
        var template = Array("/tmp/jobclient.XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        try #require(made)
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        socket = "\(folder)/s"
        let listener = try UnixListener.bind(path: socket, mode: 0o600).release()
        thread = try DaemonThread(name: "scripted") { [received] in
            for steps in connections {
                let connection = accept(listener, nil, nil)
                var peer = Peer(connection, received)
                for step in steps { peer.perform(step) }
                Glibc.close(connection)
            }
            Glibc.close(listener)
        }
    }

    deinit {
        unlink(socket)
        rmdir(folder)
    }

    /// The calls that came, when the script is at its end.
    func calls() throws -> [Call] {
        try #require(thread.join(until: .after(Self.patience)))
        return received.withLock { $0 }
    }

    private struct Peer {
        private let connection: Int32
        private let received: Monitor<[Call]>
        private var framer = MessageFramer()

        init(_ connection: Int32, _ received: Monitor<[Call]>) {
            self.connection = connection
            self.received = received
        }

        mutating func perform(_ step: Step) {
            switch step {
            case .read: read()
            case .reply(let parameters): send(.final(parameters))
            case .more(let parameters): send(.continues(parameters))
            case .fail(let error): send(.error(error.varlinkError))
            case .set(let event): event.set()
            case .wait(let event): event.wait(until: .after(ScriptedDaemon.patience))
            case .waitForEnd: while !receive().isEmpty {}
            }
        }

        private mutating func read() {
            while true {
                do {
                    if let call = try framer.next({ message throws(MessageError) in try Call(parsing: message) }) {
                        received.withLock { $0.append(call) }
                        return
                    }
                } catch {
                    Issue.record("the client sent what is no call: \(error)")
                    return
                }
                let bytes = receive()
                guard !bytes.isEmpty else { return }
                framer.append(bytes)
            }
        }

        private func receive() -> [UInt8] {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &buffer, buffer.count, 0)
            return count > 0 ? Array(buffer[..<count]) : []
        }

        private func send(_ reply: Reply) {
            var bytes: [UInt8] = []
            reply.serialize(into: &bytes)
            let count = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            #expect(count == bytes.count)
        }
    }
}

/// What a daemon says of jobs.
enum Sample {
    static func job(_ id: Int64, state: String = "succeeded") -> JSONObject {
        [
            "id": .integer(id), "state": .string(state), "queue": "default", "kind": "command", "command": ["true"],
            "priority": 0, "user": "ann", "uid": 1000, "gid": 1000, "submitted": "2026-11-22T09:51:00Z",
            "attempts": [], "novelty": "of a later version",
        ]
    }

    static func submitted(_ ids: Int64...) -> JSONObject {
        [
            "jobs": .array(
                ids.map { id in
                    ["id": .integer(id), "queue": "default", "state": "ready", "repeated": false, "ahead": 2]
                })
        ]
    }

    static func logs(attempt: Int64, next: Int64, end: Bool, _ texts: String...) -> JSONObject {
        [
            "attempt": .integer(attempt), "next": .integer(next), "end": .bool(end),
            "lines": .array(
                texts.map { text in
                    ["time": "2026-11-22T09:51:00Z", "stream": "stdout", "text": .string(text), "complete": true]
                }),
        ]
    }
}

extension SubmitCall.Answer {
    /// As a daemon sends it.
    var parameters: JSONObject {
        get throws {
            var writer = JSONWriter()
            writer.object(write)
            return try #require(try JSONValue(parsing: writer.bytes).objectValue)
        }
    }
}
