import ArgumentParser
import JobClient

/// Reads `jobctl -a` as `jobctl status -a`, and `jobctl --socket PATH add` as `jobctl add --socket PATH`.
///
/// The parser's own default subcommand would do the first too, but then a mistyped verb is told that status takes no
/// arguments. An option of the second kind is none of its: it would take it from behind each verb, too.
enum DefaultVerb {
    /// What stands before a verb, or instead of one.
    private static let ownOptions = [
        "-h", "--help", "--help-hidden", "--version", "--generate-completion-script", "--experimental-dump-help",
    ]

    static func completed(_ arguments: [String]) -> [String] {
        let count = socketCount(arguments)
        let (socket, rest) = (arguments.prefix(count), arguments.dropFirst(count))
        guard let first = rest.first else { return socket.isEmpty ? [] : [StatusCommand.verb] + socket }
        guard first.hasPrefix("-") else {
            let words = hasVerbsOfItsOwn(first) && rest.dropFirst().first?.hasPrefix("-") == false ? 2 : 1
            return Array(rest.prefix(words)) + socket + rest.dropFirst(words)
        }
        let option = first.prefix { $0 != "=" }
        return ownOptions.contains(String(option)) ? arguments : [StatusCommand.verb] + arguments
    }

    private static func hasVerbsOfItsOwn(_ verb: String) -> Bool {
        Jobctl.configuration.subcommands.contains { command in
            command.configuration.commandName == verb && !command.configuration.subcommands.isEmpty
        }
    }

    /// How many arguments at the beginning name the socket.
    private static func socketCount(_ arguments: [String]) -> Int {
        guard let first = arguments.first, first.hasPrefix("--socket") else { return 0 }
        return first == "--socket" ? min(2, arguments.count) : first.hasPrefix("--socket=") ? 1 : 0
    }
}
