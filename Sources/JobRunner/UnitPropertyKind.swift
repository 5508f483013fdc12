/// How the text of a unit's property becomes a value of D-Bus: what `systemd-run --property=` does with it.
enum UnitPropertyKind: Hashable, Sendable {
    case boolean
    case text
    /// One of these words, for properties whose other values systemd takes without a word of complaint.
    case word(Set<String>)
    /// A boolean or one of these words, all of which systemd reads itself.
    case booleanOrWord(Set<String>)
    /// One of these words, each for a number.
    case choice([String: Int32])
    case integer(ClosedRange<Int32>)
    /// A number in base eight.
    case mode
    /// `5min 20s`; the name ends with `Sec`, and with `USec` on the bus.
    case time
    case nanoseconds
    /// `4G`, `10%` or `infinity`; the percentage has a name of its own on the bus.
    case memory
    /// The same for a number without a unit.
    case count
    /// 1 to 10000, or one of these words.
    case weight([String: UInt64])
    /// Percent of one processor.
    case processorTime
    /// A list of words.
    case words
    /// A list of words; `~` before it turns it around.
    case filter
    case addresses
    case capabilities
    case namespaces
    case processors
    /// A limit of each process: `SOFT:HARD` or one for both.
    case limit(LimitUnit)
    /// A word and the rest of the line.
    case pair
    /// `NAME:REST`.
    case named
    /// The same with bytes.
    case namedBytes
    /// `SOURCE[:DESTINATION[:rbind]]`
    case binds
    /// A path and a number of bytes per second.
    case bandwidth
    /// A file of variables; `-` before it lets it be missing.
    case file
    case errorNumber

    enum LimitUnit: Hashable, Sendable {
        case count, bytes, seconds, microseconds
    }
}
