import Foundation
import Kernel
import Varlink
import VarlinkServer

/// A server in a folder of its own with methods made for tests.
final class TestServer: Sendable {
    static let text = """
        interface org.example.test
        method Echo(text: string) -> (text: string)
        # Answered when the test says so.
        method Later(text: string) -> (text: string)
        # Answered when the test says so, alone.
        method Alone(text: string) -> (text: string)
        # Many replies.
        method Count(to: int) -> (n: int)
        # Replies as long as the client reads.
        method Flood() -> (n: int)
        # Let go without an answer.
        method Drop() -> ()
        method Large(size: int) -> (text: string)
        method Who() -> (user: int, group: int, process: int)
        error InternalError (reason: string)
        """

    let path: String
    let server: VarlinkServer
    /// The calls that wait for the test.
    let held = CallLog()
    /// How many items `Flood` has sent.
    let flooded = Counter()
    /// How many clients went away from a call that waited.
    let gone = Counter()
    private let folder: String

    init(limits: ServerLimits = ServerLimits(), batching: CallBatching = .none) throws {
        folder = NSTemporaryDirectory() + "varlink-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/socket"
        let interface = try Interface(
            try InterfaceDescription(Self.text), methods: Self.methods(held: held, flooded: flooded, gone: gone))
        server = VarlinkServer(
            service: ServiceInfo(vendor: "Example", product: "Test", version: "1", url: "https://example.org/"),
            interfaces: [interface], internalError: "org.example.test.InternalError", limits: limits,
            batching: batching)
        let listener = try UnixListener.bind(path: path, mode: 0o600)
        try server.start(listeners: [listener.release()]) { _ in }
    }

    /// Ends the server and removes the folder.
    func end(within duration: Duration = .seconds(20)) throws {
        try server.stop(within: duration)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Waits until the I/O thread has done all that reached it before.
    func settle() {
        let done = DispatchSemaphore(value: 0)
        server.ping { done.signal() }
        done.wait()
    }

    private static func methods(held: CallLog, flooded: Counter, gone: Counter) -> [String: Method] {
        [
            "Echo": Method(.pipelined) { call in
                answer(call) { reader throws(ParameterError) in ["text": .string(try reader.required("text").string())]
                }
            },
            "Later": Method(.pipelined) { call in
                call.onClose { gone.add() }
                held.append(call)
            },
            "Alone": Method(.alone) { call in
                call.onClose { gone.add() }
                held.append(call)
            },
            "Count": Method(.alone) { call in
                answer(call) { reader throws(ParameterError) in
                    let last = try reader.required("to").integer(in: 1...1_000_000)
                    for number in 1..<last { call.stream(["n": JSONValue(number)]) }
                    return ["n": JSONValue(last)]
                }
            },
            "Flood": Method(.alone) { call in
                call.onClose { gone.add() }
                Self.flood(call, flooded)
            },
            "Drop": Method(.pipelined) { _ in },
            "Large": Method(.alone) { call in
                answer(call) { reader throws(ParameterError) in
                    ["text": .string(String(repeating: "x", count: try reader.required("size").integer()))]
                }
            },
            "Who": Method(.pipelined) { call in
                call.reply([
                    "user": JSONValue(Int(call.peer.user)), "group": JSONValue(Int(call.peer.group)),
                    "process": JSONValue(Int(call.peer.process)),
                ])
            },
        ]
    }

    private static func answer(
        _ call: IncomingCall, _ body: (inout ParameterReader) throws(ParameterError) -> JSONObject
    ) {
        do throws(ParameterError) {
            call.reply(try call.parameters.read(body))
        } catch {
            call.fail(VarlinkError(error))
        }
    }

    /// Sends until the client is slow, and again when it has caught up.
    @Sendable private static func flood(_ call: IncomingCall, _ flooded: Counter) {
        while call.canSend { call.stream(["n": JSONValue(flooded.add())]) }
        call.whenWritable { if !call.isClientGone { flood(call, flooded) } }
    }
}

/// A number that many threads add to.
final class Counter: Sendable {
    private let condition = NSCondition()
    private nonisolated(unsafe) var count = 0

    var value: Int {
        condition.lock()
        defer { condition.unlock() }
        return count
    }

    @discardableResult
    func add() -> Int {
        condition.lock()
        defer { condition.unlock() }
        count += 1
        condition.broadcast()
        return count
    }

    /// Waits until the number is there; false if it does not come in time.
    func wait(for number: Int) -> Bool {
        let deadline = Date(timeIntervalSinceNow: 20)
        condition.lock()
        defer { condition.unlock() }
        while count < number {
            guard condition.wait(until: deadline) else { return count >= number }
        }
        return true
    }
}

/// Calls that wait for a test to answer them.
final class CallLog: Sendable {
    enum Failure: Error {
        case missing(Int)
    }

    private let condition = NSCondition()
    private nonisolated(unsafe) var calls: [IncomingCall] = []

    func append(_ call: IncomingCall) {
        condition.lock()
        calls.append(call)
        condition.broadcast()
        condition.unlock()
    }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return calls.count
    }

    /// Takes the first `count` calls, waiting for them.
    func take(_ count: Int) throws -> [IncomingCall] {
        let deadline = Date(timeIntervalSinceNow: 20)
        condition.lock()
        defer { condition.unlock() }
        while calls.count < count {
            guard condition.wait(until: deadline) || calls.count >= count else {
                throw Failure.missing(count - calls.count)
            }
        }
        defer { calls.removeFirst(count) }
        return Array(calls.prefix(count))
    }
}

extension IncomingCall {
    /// Answers with the text that the call brought.
    func echo() {
        reply { writer in writer.member("text", parameters["text"] ?? .null) }
    }
}
