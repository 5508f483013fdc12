/// systemd itself, over the bus (`org.freedesktop.systemd1(5)`).
///
/// It belongs to one thread at a time, as its connection does.
public final class SystemdConnection {
    /// One property of a unit.
    public struct Property: Sendable, Hashable {
        /// Its name on the bus.
        public let name: String
        /// Its value, of the type that it has on the bus.
        public let value: BusValue

        /// A property, for a unit that is made.
        public init(_ name: String, _ value: BusValue) {
            self.name = name
            self.value = value
        }
    }

    /// A unit as the manager lists it.
    public struct Listing: Sendable, Hashable {
        /// Its name, with `.service` or the like at the end.
        public let name: String
        /// Whether it runs, by one of systemd's words: `active`, `inactive`, `failed` and others.
        public let activeState: String
    }

    /// The connection, for its signals.
    public let bus: SystemBus

    private static let destination = "org.freedesktop.systemd1"
    private static let managerPath = "/org/freedesktop/systemd1"
    private static let managerInterface = "org.freedesktop.systemd1.Manager"
    private static let unitInterface = "org.freedesktop.systemd1.Unit"
    private static let serviceInterface = "org.freedesktop.systemd1.Service"
    private static let propertiesInterface = "org.freedesktop.DBus.Properties"

    /// Connects to the manager of the machine, or to that of the calling user.
    public init(_ kind: SystemBus.Kind, patience: Duration = .seconds(25)) throws(BusError) {
        bus = try SystemBus(kind, patience: patience)
    }

    /// Its version, as `252.39-1~deb12u2`.
    public var version: String {
        get throws(BusError) { try managerProperty("Version").text ?? "" }
    }

    /// A property of the manager itself.
    public func managerProperty(_ name: String) throws(BusError) -> BusValue {
        try get(name, of: Self.managerInterface, at: Self.managerPath)
    }

    // MARK: Units

    /// Makes a unit out of nothing and starts it; the answer comes before it has started.
    ///
    /// - Throws: `org.freedesktop.systemd1.UnitExists` and the like, and where a property is not as it should be.
    public func startTransientUnit(_ name: String, _ properties: [Property]) throws(BusError) {
        let list = properties.map { BusValue.structure([.string($0.name), .variant($0.value)]) }
        try ask(
            "StartTransientUnit",
            [.string(name), .string("fail"), .array(list, of: "(sv)"), .array([], of: "(sa(sv))")])
    }

    /// Begins to stop a unit, in place of whatever was about to be done with it.
    public func stopUnit(_ name: String) throws(BusError) { try ask("StopUnit", [.string(name), .string("replace")]) }

    /// Sends a signal to every process of a unit.
    public func killUnit(_ name: String, signal: CInt) throws(BusError) {
        try ask("KillUnit", [.string(name), .string("all"), .int32(signal)])
    }

    /// Lets no process of a unit go on; the answer comes when they stand still (systemd 246).
    public func freezeUnit(_ name: String) throws(BusError) { try askShortly("FreezeUnit", name) }

    /// Lets a frozen unit go on (systemd 246).
    public func thawUnit(_ name: String) throws(BusError) { try askShortly("ThawUnit", name) }

    /// systemd 252 never answers where the unit ends meanwhile.
    private static let longestFreeze = Duration.seconds(1)

    private func askShortly(_ member: String, _ name: String) throws(BusError) {
        let patience = bus.patience
        defer { bus.patience = patience }
        bus.patience = min(patience, Self.longestFreeze)
        try ask(member, [.string(name)])
    }

    /// Forgets that a unit failed.
    public func resetFailedUnit(_ name: String) throws(BusError) { try ask("ResetFailedUnit", [.string(name)]) }

    /// Keeps a unit loaded for as long as this connection lasts.
    public func refUnit(_ name: String) throws(BusError) { try ask("RefUnit", [.string(name)]) }

    /// The processes of a unit (systemd 238).
    public func processes(of name: String) throws(BusError) -> [Int32] {
        let answer = try ask("GetUnitProcesses", [.string(name)])
        return (answer.first?.elements ?? []).compactMap { process in
            process.elements?[1].unsigned.map { Int32(clamping: $0) }
        }
    }

    /// The loaded units whose names match a pattern of glob(7).
    public func units(matching pattern: String) throws(BusError) -> [Listing] {
        let answer = try ask("ListUnitsByPatterns", [.strings([]), .strings([pattern])])
        return (answer.first?.elements ?? []).compactMap { unit in
            guard let fields = unit.elements, let name = fields[0].text, let state = fields[3].text else { return nil }
            return Listing(name: name, activeState: state)
        }
    }

    /// A property that every kind of unit has.
    public func unitProperty(_ name: String, of unit: String) throws(BusError) -> BusValue {
        try get(name, of: Self.unitInterface, at: Self.path(of: unit))
    }

    /// A property that services have.
    public func serviceProperty(_ name: String, of unit: String) throws(BusError) -> BusValue {
        try get(name, of: Self.serviceInterface, at: Self.path(of: unit))
    }

    /// Has changes of a unit's properties announced, and the end of jobs for it; it need not exist yet.
    ///
    /// The manager announces what becomes of units that a connection keeps loaded; of others, it must be subscribed to.
    public func watchUnit(_ unit: String) throws(BusError) {
        try bus.subscribe(
            to: "type='signal',sender='\(Self.destination)',path='\(Self.managerPath)',"
                + "interface='\(Self.managerInterface)',member='JobRemoved',arg2='\(unit)'")
        try bus.subscribe(
            to: "type='signal',sender='\(Self.destination)',path='\(Self.path(of: unit))',"
                + "interface='\(Self.propertiesInterface)',member='PropertiesChanged'")
    }

    /// The object that stands for a unit (D-Bus has only letters, digits and `_` in such names).
    public static func path(of unit: String) -> String {
        var label = ""
        for (index, byte) in unit.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                label.unicodeScalars.append(UnicodeScalar(byte))
            case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0:
                label.unicodeScalars.append(UnicodeScalar(byte))
            default:
                label += byte < 16 ? "_0" : "_"
                label += String(byte, radix: 16)
            }
        }
        return "\(managerPath)/unit/\(label)"
    }

    @discardableResult
    private func ask(_ member: String, _ arguments: [BusValue]) throws(BusError) -> [BusValue] {
        try bus.call(member, of: Self.managerInterface, at: Self.managerPath, on: Self.destination, arguments)
    }

    private func get(_ name: String, of interface: String, at path: String) throws(BusError) -> BusValue {
        let answer = try bus.call(
            "Get", of: Self.propertiesInterface, at: path, on: Self.destination, [.string(interface), .string(name)])
        guard case .variant(let value) = answer.first else {
            throw BusError(call: "Get \(name)", name: "", message: "not a variant", errno: 71 /* EPROTO */)
        }
        return value
    }
}
