import Jobs
import Systemd

@testable import JobRunner

/// Properties of units: of what a job may ask for, every text that systemd writes as it is into the unit's file stays on
/// its own line.
///
/// The check is by bytes, as systemd's is: no control character, and no backslash at the end, which would make the
/// next line a part of this one. The input is a property, `NAME=VALUE`.
enum UnitsTarget {
    /// Whose texts systemd quotes.
    private static let quoted = ["Environment", "UnsetEnvironment"]

    static func check(_ input: [UInt8]) throws(Broken) {
        guard let text = String(validating: input, as: UTF8.self), let property = UnitProperty(text) else { return }
        try expectEqual(property.description, text, "a property reads as it is written")
        try expectEqual(Array(property.description.utf8), input, "byte by byte")
        for mayWiden in [false, true] {
            guard let settings = try? UnitProperties.converted(property, allowing: mayWiden) else { continue }
            try expect(
                UnitProperties.check(property, allowing: mayWiden) == nil, "what can be converted passes the check")
            guard (try? UnitText.check(settings)) != nil else { continue }
            for setting in settings where !quoted.contains(setting.name) { try checkLine(setting) }
        }
    }

    private static func checkLine(_ setting: SystemdConnection.Property) throws(Broken) {
        try expect(setting.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "the name is plain: \(setting.name)")
        for text in texts(in: setting.value) {
            try expect(
                text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.utf8.last != UInt8(ascii: "\\"),
                "\(setting.name) stays on its line: \(text.debugDescription)")
        }
    }

    private static func texts(in value: BusValue) -> [String] {
        if let text = value.text { return [text] }
        return (value.elements ?? []).flatMap(texts)
    }
}
