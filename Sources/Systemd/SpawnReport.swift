internal import CSystemd

/// What the journal says about the start of a unit's program, which the manager itself does not tell.
public enum SpawnReport: Hashable, Sendable {
    /// The program was not executed; the error number of the step that failed.
    case failed(errno: CInt)
    /// The program was executed, and has ended.
    case executed
    /// The journal does not say, or there is none.
    case unknown

    /// systemd writes this before the process ends that should have become the program (sd-messages(3),
    /// SD_MESSAGE_SPAWN_FAILED).
    private static let spawnFailed = "641257651c1b4ec9a8624d7a40a9e1e7"
    /// And this after it has ended, however it did: SD_MESSAGE_UNIT_PROCESS_EXIT.
    private static let processExit = "98e322203f7a4ed290d09fe03c09fe15"

    /// Looks for what the journal says of a unit whose main process has ended.
    ///
    /// - Parameter patience: how long the journal may take to read what was sent to it.
    public static func of(_ unit: String, on kind: SystemBus.Kind, patience: Duration) -> SpawnReport {
        guard let journal = JournalReader() else { return .unknown }
        journal.match(kind == .system ? "UNIT" : "USER_UNIT", unit)
        journal.match("MESSAGE_ID", spawnFailed)
        journal.match("MESSAGE_ID", processExit)
        let end = ContinuousClock.now + patience
        repeat {
            if let report = look(into: journal) { return report }
            journal.wait(until: end)
        } while ContinuousClock.now < end
        return look(into: journal) ?? .unknown
    }

    private static func look(into journal: JournalReader) -> SpawnReport? {
        journal.rewind()
        var hasEnded = false
        while journal.next() {
            if journal.field("MESSAGE_ID") == spawnFailed {
                return .failed(errno: journal.field("ERRNO").flatMap { CInt($0) } ?? 0)
            }
            hasEnded = true
        }
        return hasEnded ? .executed : nil
    }
}
