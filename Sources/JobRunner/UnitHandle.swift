import Jobs
import Kernel
import Systemd

/// One transient unit, from its start to the proof of its end, over a connection of its own.
final class UnitHandle {
    private(set) var manager: SystemdConnection
    private let kind: SystemBus.Kind
    private let name: String
    private(set) var progress: UnitProgress
    /// Whether it is not even loaded any more: its result is lost.
    private(set) var isGone = false
    /// What was sent before the program was seen to run: systemd's own process, which becomes it, may have got it.
    private var early: [SignalNumber] = []

    /// Connects, and hears from then on what becomes of the unit.
    init(_ name: String, on kind: SystemBus.Kind) throws(BusError) {
        self.name = name
        self.kind = kind
        progress = UnitProgress(of: name)
        manager = try Self.connect(kind, name)
    }

    /// Goes on with a unit that was started over another connection, which may be closed then.
    init(_ name: String, on kind: SystemBus.Kind, startResult: String) throws(BusError) {
        self.name = name
        self.kind = kind
        progress = UnitProgress(of: name, startResult: startResult)
        manager = try Self.connect(kind, name)
        try takeUp(over: manager)
    }

    /// Whether another one could go on with it: nothing is under way that only this one knows.
    var canDetach: Bool { !isGone && progress.startResult != nil && early.isEmpty }

    private static func connect(_ kind: SystemBus.Kind, _ name: String) throws(BusError) -> SystemdConnection {
        let manager = try SystemdConnection(kind)
        try manager.watchUnit(name)
        return manager
    }

    func start(_ properties: [SystemdConnection.Property]) throws(BusError) {
        try manager.startTransientUnit(name, properties)
    }

    /// What to poll for reading, after ``takeSignals()``.
    var rawValue: Int32 { manager.bus.rawValue }

    /// Takes what was announced.
    func takeSignals() {
        do {
            while let signal = try manager.bus.nextSignal() { progress.take(signal) }
        } catch {
            reconnect()
        }
    }

    // MARK: Stopping

    /// Sends a signal to all its processes.
    ///
    /// - Returns: false where there was none, or it could not be sent.
    @discardableResult
    func send(_ signal: SignalNumber) -> Bool {
        if progress.startResult == nil { early.append(signal) }
        do {
            try manager.killUnit(name, signal: signal.rawValue)
            return true
        } catch {
            return false
        }
    }

    /// Sends what came too early once more, when the program runs.
    ///
    /// - Returns: whether there was anything to send.
    func sendAgain() -> Bool {
        guard progress.startResult != nil, !early.isEmpty else { return false }
        let signals = early
        early = []
        for signal in signals { send(signal) }
        return true
    }

    /// Has systemd end it, even before it has begun.
    func stop() {
        // Where it fails the unit is over, or the connection is: ``takeSignals()`` sees both.
        try? manager.stopUnit(name)
    }

    func freeze() throws(BusError) { try manager.freezeUnit(name) }

    func thaw() throws(BusError) { try manager.thawUnit(name) }

    /// The processes that it has now; none where it is not loaded.
    func survivors() throws(BusError) -> [Int32] {
        do {
            return try manager.processes(of: name)
        } catch {
            if error.name.hasSuffix("NoSuchUnit") { return [] }
            throw error
        }
    }

    // MARK: A broken connection

    private static let pauseBetweenTries = Duration.milliseconds(100)

    /// The bus or the manager went away: waits until it is back, and looks what has become of the unit.
    private func reconnect() {
        while true {
            Pause.sleep(Self.pauseBetweenTries)
            guard let manager = try? Self.connect(kind, name), (try? takeUp(over: manager)) != nil else { continue }
            return
        }
    }

    /// Looks what has become of the unit, which stays loaded for as long as this connection lasts.
    private func takeUp(over manager: SystemdConnection) throws(BusError) {
        do {
            try manager.refUnit(name)
            progress.take(
                state: try manager.unitProperty("ActiveState", of: name),
                job: try manager.unitProperty("Job", of: name),
                mainProcess: try manager.serviceProperty("MainPID", of: name))
        } catch {
            guard error.name.hasSuffix("NoSuchUnit") else { throw error }
            isGone = true
        }
        self.manager = manager
    }
}
