internal import CSystemd

/// A connection to D-Bus (`sd-bus(3)`).
///
/// It belongs to one thread at a time. All calls wait for their answer; what the bus says without being asked waits
/// in the connection until ``nextSignal()`` takes it.
@safe
public final class SystemBus {
    /// Which bus.
    public enum Kind: Sendable, Hashable {
        /// The machine's.
        case system
        /// The one of the calling user's session.
        case user
    }

    /// Something that was announced on the bus.
    public struct Signal: Sendable, Hashable {
        /// The object that it is about.
        public let path: String
        /// What kind of thing happened.
        public let member: String
        /// What is said about it.
        public let arguments: [BusValue]

        /// An announcement, for those who play the other side.
        public init(path: String, member: String, arguments: [BusValue]) {
            self.path = path
            self.member = member
            self.arguments = arguments
        }
    }

    private let bus: OpaquePointer
    /// How long a call may take.
    var patience: Duration

    /// Connects.
    ///
    /// - Parameter patience: how long each call may take.
    /// - Throws: where there is no such bus, or it does not let us in.
    public init(_ kind: Kind, patience: Duration = .seconds(25)) throws(BusError) {
        var bus: OpaquePointer?
        let result =
            switch kind {
            case .system: unsafe sd_bus_open_system(&bus)
            case .user: unsafe sd_bus_open_user(&bus)
            }
        try BusError.check("connect to the bus", result)
        guard let bus = unsafe bus else { throw BusError(call: "connect to the bus", errno: -result) }
        unsafe self.bus = bus
        self.patience = patience
    }

    deinit { unsafe sd_bus_flush_close_unref(bus) }

    /// Calls a method and waits for its answer.
    ///
    /// - Returns: what it answered.
    /// - Throws: the error that it answered with, or that of the bus.
    @discardableResult
    public func call(
        _ member: String, of interface: String, at path: String, on destination: String, _ arguments: [BusValue] = []
    ) throws(BusError) -> [BusValue] {
        var pointer: OpaquePointer?
        let made = unsafe sd_bus_message_new_method_call(bus, &pointer, destination, path, interface, member)
        try BusError.check(member, made)
        guard let pointer = unsafe pointer else { throw BusError(call: member, errno: -made) }
        let message = unsafe BusMessage(owning: pointer)
        for argument in arguments { try message.append(argument) }
        return try send(message, member)
    }

    private func send(_ message: borrowing BusMessage, _ member: String) throws(BusError) -> [BusValue] {
        var error = unsafe sd_bus_error()
        defer { unsafe sd_bus_error_free(&error) }
        var answer: OpaquePointer?
        let microseconds = UInt64(max(1, patience / .microseconds(1)))
        let result = unsafe sd_bus_call(bus, message.pointer, microseconds, &error, &answer)
        guard result >= 0, let answer = unsafe answer else { throw unsafe Self.failure(of: member, error, -result) }
        return try unsafe BusMessage(owning: answer).readAll()
    }

    private static func failure(of call: String, _ error: sd_bus_error, _ errno: CInt) -> BusError {
        guard let name = unsafe error.name, let message = unsafe error.message else {
            return BusError(call: call, errno: errno)
        }
        // libsystemd answers in the bus's name when the connection breaks.
        return unsafe BusError(
            call: call, name: String(cString: name), message: String(cString: message), errno: errno)
    }

    /// Asks the bus for the signals that match a rule, for as long as the connection lasts (D-Bus Specification, "Match
    /// Rules").
    public func subscribe(to rule: String) throws(BusError) {
        try call(
            "AddMatch", of: "org.freedesktop.DBus", at: "/org/freedesktop/DBus", on: "org.freedesktop.DBus",
            [.string(rule)])
    }

    /// Does what the connection has to do, without waiting.
    ///
    /// - Returns: the next thing that was announced; `nil` when there is nothing more now.
    /// - Throws: when the connection is broken.
    public func nextSignal() throws(BusError) -> Signal? {
        while true {
            var pointer: OpaquePointer?
            let progress = try BusError.check("sd_bus_process", unsafe sd_bus_process(bus, &pointer))
            guard let pointer = unsafe pointer else {
                if progress == 0 { return nil }
                continue
            }
            let message = unsafe BusMessage(owning: pointer)
            guard unsafe sd_bus_message_is_signal(message.pointer, nil, nil) > 0 else { continue }
            return Signal(path: message.path, member: message.member, arguments: try message.readAll())
        }
    }

    /// What to poll for reading; call ``nextSignal()`` until it is `nil` first, and again when it is readable.
    public var rawValue: CInt { unsafe sd_bus_get_fd(bus) }
}
