/// Who has a ``ReadWriteLock``, who waits for it, and whose turn is next, as a value.
///
/// Whoever is refused waits, and asks again when it is woken, saying that it has waited.
struct ReadWriteTurns: Sendable {
    /// Who is to be woken when somebody leaves.
    enum Next: Equatable {
        /// All readers that wait.
        case readers
        /// One writer, if any waits.
        case writer
        /// Nobody: those who are inside wake the next when they leave.
        case nobody
    }

    private var readers = 0
    private var isWriting = false
    private var waitingReaders = 0
    private var waitingWriters = 0
    /// Readers that were waiting when a writer left, and go in before the next one does.
    private var admittedReaders = 0

    /// Whether the reader that asks is in.
    mutating func beginReading(hasWaited: Bool) -> Bool {
        if hasWaited, admittedReaders > 0, !isWriting {
            admittedReaders -= 1
        } else if isWriting || waitingWriters > 0 {
            // Only behind a writer: who waits for readers on their way in would have nobody to wake it.
            if !hasWaited { waitingReaders += 1 }
            return false
        } else if hasWaited {
            waitingReaders -= 1
        }
        readers += 1
        return true
    }

    /// A reader leaves.
    mutating func endReading() -> Next {
        readers -= 1
        return readers == 0 ? .writer : .nobody
    }

    /// Whether the writer that asks is in.
    mutating func beginWriting(hasWaited: Bool) -> Bool {
        if isWriting || readers > 0 || admittedReaders > 0 {
            if !hasWaited { waitingWriters += 1 }
            return false
        }
        if hasWaited { waitingWriters -= 1 }
        isWriting = true
        return true
    }

    /// The writer leaves: the readers that have come meanwhile go before the next writer.
    mutating func endWriting() -> Next {
        isWriting = false
        admittedReaders = waitingReaders
        waitingReaders = 0
        return admittedReaders > 0 ? .readers : .writer
    }
}
