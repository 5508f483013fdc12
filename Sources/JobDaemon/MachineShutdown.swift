import Systemd

/// Whether the whole machine is on its way down, by what systemd says (`SystemState`, org.freedesktop.systemd1(5)).
enum MachineShutdown {
    /// How long systemd may take to say so; it has much to do then.
    private static let patience = Duration.seconds(1)

    /// No, where nobody says so: without systemd, or without its bus.
    static var isUnderWay: Bool {
        guard let manager = try? SystemdConnection(.system, patience: patience) else { return false }
        return (try? manager.managerProperty("SystemState"))?.text == "stopping"
    }
}
