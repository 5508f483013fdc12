package import Jobs
package import Kernel
import Systemd

extension UnitRunner {
    /// Ends what an earlier daemon of the same store left running.
    ///
    /// - Returns: whether nothing is left; false where it took longer than until `deadline`.
    package func sweep(
        until deadline: BootTime, sparing spared: [AttemptID: DetachedTree]
    ) throws(SystemError) -> Bool {
        do {
            let manager = try SystemdConnection(Self.bus)
            let kept = Set(spared.keys.map(names.text))
            while true {
                let units = try manager.units(matching: names.pattern).filter { !kept.contains($0.name) }
                if units.isEmpty { return true }
                for unit in units { Self.end(unit, manager) }
                guard BootTime.now < deadline else { return false }
                Pause.sleep(.milliseconds(20))
            }
        } catch {
            throw SystemError(call: error.call, code: error.errno)
        }
    }

    /// Each may fail, because the unit is further than it was when it was listed.
    private static func end(_ unit: SystemdConnection.Listing, _ manager: SystemdConnection) {
        if unit.activeState == "failed" {
            try? manager.resetFailedUnit(unit.name)
        } else {
            try? manager.killUnit(unit.name, signal: SignalNumber.kill.rawValue)
            try? manager.stopUnit(unit.name)
        }
    }
}
