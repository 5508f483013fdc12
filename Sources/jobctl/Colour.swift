import ArgumentParser
import Kernel

/// The colours of a terminal (ECMA-48, SGR).
enum Colour: Int {
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36

    func paint(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}

/// When to paint.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    /// Whether to paint what goes to stdout (https://no-color.org).
    func isOn(environment: [String: String], isTerminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && environment["NO_COLOR"]?.isEmpty != false && environment["TERM"] != "dumb"
        }
    }

    var isOn: Bool {
        isOn(environment: ProcessEnvironment.variables, isTerminal: StandardStream.output.isTerminal)
    }
}
