package import Jobs
import Systemd

/// Turns the properties that a job asks for into those of its unit.
package enum UnitProperties {
    /// Looks at a property without asking systemd.
    ///
    /// - Parameter widening: whether properties are allowed that can give a job more than its submitter has, or take
    ///   from others. Only root may have that, and who runs a daemon of his own.
    /// - Returns: what is wrong with it; `nil` where systemd can be asked for it.
    package static func check(_ property: UnitProperty, allowing widening: Bool) -> String? {
        do {
            _ = try converted(property, allowing: widening)
            return nil
        } catch {
            return "\(property.name): \(error.reason)"
        }
    }

    /// Why a property cannot be set.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// The same as systemd's API takes it: one property, or two that belong together.
    static func converted(
        _ property: UnitProperty, allowing widening: Bool
    ) throws(Refusal) -> [SystemdConnection.Property] {
        if let reason = UnitPropertyTable.reserved[property.name] {
            throw Refusal(reason: "this is not for a job to set: \(reason)")
        }
        if let kind = UnitPropertyTable.restricting[property.name] {
            return try UnitPropertyText(property).converted(kind)
        }
        guard let kind = UnitPropertyTable.widening[property.name] else {
            throw Refusal(reason: "no property of a unit that a job can be given")
        }
        guard widening else { throw Refusal(reason: "only root's jobs can be given this") }
        return try UnitPropertyText(property).converted(kind)
    }
}
