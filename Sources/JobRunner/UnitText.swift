import Jobs
import Systemd

/// Keeps texts out of a transient unit that would be more than one line in its file.
///
/// systemd writes the properties to `/run/systemd/transient` and reads them again at the next reload. Of the texts it
/// doubles `%`, but quotes only arguments and variables so that any byte survives (`unit_write_setting()` in
/// `core/unit.c`, its callers in `core/dbus-execute.c`). Anything else that breaks its line is a setting of its own,
/// such as an `ExecStopPost=` that runs as root.
enum UnitText {
    typealias Property = SystemdConnection.Property

    /// - Throws: which property has a text that cannot be one line.
    static func check(_ properties: [Property]) throws(UnitFailure) {
        for property in properties {
            // By bytes: as a character the backslash can be one with what comes before it.
            for text in texts(of: property)
            where !UnitProperty.isOneLine(text) || text.utf8.last == UInt8(ascii: "\\") {
                throw .refused("\(property.name): a control character, or a backslash at the end, cannot be in a unit")
            }
        }
    }

    /// Those that systemd does not quote.
    private static func texts(of property: Property) -> [String] {
        switch property.name {
        case "Environment", "UnsetEnvironment": []
        case "ExecStartEx": executables(property.value)
        default: texts(in: property.value)
        }
    }

    /// Of each command the first field; the second has the arguments.
    private static func executables(_ commands: BusValue) -> [String] {
        (commands.elements ?? []).compactMap { $0.elements?.first?.text }
    }

    private static func texts(in value: BusValue) -> [String] {
        if let text = value.text { return [text] }
        return (value.elements ?? []).flatMap(texts)
    }
}
