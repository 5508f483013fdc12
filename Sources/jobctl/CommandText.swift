/// A command as a person would type it.
enum CommandText {
    private static let shell = ["/bin/sh", "-c"]

    /// Shell text as it was given, other commands with each argument quoted where a shell would need it.
    static func text(of command: [String]) -> String {
        shellText(of: command).map(PrintableText.escaped) ?? exact(command)
    }

    /// The text for the shell, where the command is one.
    static func shellText(of command: [String]) -> String? {
        command.count == 3 && Array(command.prefix(2)) == shell ? command[2] : nil
    }

    /// The arguments exactly, to be copied into a shell.
    static func exact(_ command: [String]) -> String { command.map(quoted).joined(separator: " ") }

    static func quoted(_ argument: String) -> String {
        if argument.unicodeScalars.contains(where: PrintableText.isHarmful) { return dollarQuoted(argument) }
        guard argument.isEmpty || !argument.utf8.allSatisfy(isPlain) else { return argument }
        // By scalars: as a character the quote can be one with what follows it.
        return "'" + argument.unicodeScalars.reduce(into: "") { $0 += $1 == "'" ? "'\\''" : String($1) } + "'"
    }

    /// `$'…'`, as bash and POSIX.1-2024 read it.
    private static func dollarQuoted(_ argument: String) -> String {
        var text = ""
        for scalar in argument.unicodeScalars {
            if PrintableText.isHarmful(scalar) {
                text += PrintableText.escape(scalar)
            } else {
                if scalar == "\\" || scalar == "'" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
        return "$'\(text)'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_@%+=:,./-".utf8.contains(byte) || byte >= 0x80
        }
    }
}
