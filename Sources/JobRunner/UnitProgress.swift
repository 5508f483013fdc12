import Systemd

/// What was announced of a unit, from its start to its end.
struct UnitProgress: Hashable {
    /// How the job of starting it ended; `nil` until then.
    private(set) var startResult: String?
    private var activeState = ""
    private var hasJob = true
    private var mainProcess: UInt64 = 0

    private let name: String
    private let path: String

    /// - Parameter startResult: what is known of one that goes on.
    init(of name: String, startResult: String? = nil) {
        self.name = name
        self.startResult = startResult
        path = SystemdConnection.path(of: name)
    }

    /// Whether it has come to its end, with all its processes.
    var isOver: Bool { startResult != nil && !hasJob && ["inactive", "failed"].contains(activeState) }

    /// Whether its program has ended and something that it left behind has not.
    var hasLeftovers: Bool { activeState == "deactivating" && mainProcess == 0 }

    /// Takes what was announced; what is of another unit is without effect.
    mutating func take(_ signal: SystemBus.Signal) {
        switch signal.member {
        case "JobRemoved" where signal.arguments.count == 4 && signal.arguments[2].text == name:
            startResult = startResult ?? signal.arguments[3].text
        case "PropertiesChanged" where signal.path == path && signal.arguments.count == 3:
            for case .entry(.string(let property), .variant(let value)) in signal.arguments[1].elements ?? [] {
                take(value, of: property)
            }
        default: break
        }
    }

    /// Takes what was asked for, after announcements may have been missed.
    mutating func take(state: BusValue, job: BusValue, mainProcess: BusValue) {
        take(state, of: "ActiveState")
        take(job, of: "Job")
        take(mainProcess, of: "MainPID")
        if !hasJob { startResult = startResult ?? "done" }
    }

    private mutating func take(_ value: BusValue, of property: String) {
        switch property {
        case "ActiveState": activeState = value.text ?? activeState
        // (0, "/") is none.
        case "Job": hasJob = value.elements?.first?.unsigned != 0
        case "MainPID": mainProcess = value.unsigned ?? mainProcess
        default: break
        }
    }
}
