import Kernel

/// When a unit that must end is killed, and when it is mentioned that it does not end.
struct UnitKilling {
    enum Step: Hashable {
        case nothing
        case kill
        /// Kill it again, and say that it is still there.
        case mention
    }

    private let patience: Duration
    /// When it is killed next; `nil` where it need not be.
    private(set) var deadline: BootTime?
    private var mention: BootTime?

    /// A process may be born while the others are being killed.
    private static let pauseBetweenKills = Duration.seconds(1)

    /// Whether it must end.
    var hasBegun: Bool { mention != nil }

    init(patience: Duration) {
        self.patience = patience
    }

    /// It must end now; without effect where it must already.
    mutating func begin(now: BootTime) {
        guard mention == nil else { return }
        deadline = now
        mention = now + patience
    }

    mutating func step(now: BootTime) -> Step {
        guard let due = deadline, let overdue = mention, due <= now else { return .nothing }
        deadline = now + Self.pauseBetweenKills
        guard overdue <= now else { return .kill }
        mention = now + patience
        return .mention
    }
}
