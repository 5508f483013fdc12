import Glibc

/// Asks the person at the terminal before a verb changes the jobs that a filter met.
///
/// Where there is no terminal, who gave the filter has said enough.
enum Confirmation {
    /// - Parameter verb: what would be done: `cancel`.
    static func ask(_ verb: String, _ count: Int, isSure: Bool) throws {
        let jobs = count == 1 ? "1 job" : "\(count) jobs"
        guard count > 0, !isSure, isatty(STDIN_FILENO) == 1, StandardStream.error.isTerminal else {
            return StandardStream.say(jobs)
        }
        StandardStream.say("\(verb) \(jobs)? [y/N]")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(ExitStatus.no, "nothing is done")
        }
    }
}
