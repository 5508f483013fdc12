/// Reads `jobctl -a` as `jobctl status -a`.
///
/// The parser's own default subcommand would do that too, but then a mistyped verb is told that status takes no
/// arguments.
enum DefaultVerb {
    /// What stands before a verb, or instead of one.
    private static let ownOptions = [
        "-h", "--help", "--help-hidden", "--version", "--socket", "--generate-completion-script",
        "--experimental-dump-help",
    ]

    static func completed(_ arguments: [String]) -> [String] {
        guard let first = arguments.first, first.hasPrefix("-") else { return arguments }
        let option = first.prefix { $0 != "=" }
        return ownOptions.contains(String(option)) ? arguments : [StatusCommand.verb] + arguments
    }
}
