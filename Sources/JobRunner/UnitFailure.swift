import Glibc
import Jobs
import Systemd

/// Why no unit ran.
enum UnitFailure: Error, Hashable {
    /// A property cannot be set.
    case refused(String)
    /// systemd said no, or did not answer.
    case bus(BusError)
    case step(StartFailure)

    var startFailure: StartFailure {
        switch self {
        case .refused: StartFailure(step: .unit, errno: EINVAL)
        case .bus(let error): StartFailure(step: .unit, errno: error.errno)
        case .step(let failure): failure
        }
    }

    /// What the number does not tell.
    var reason: String? {
        switch self {
        case .refused(let reason): reason
        case .bus(let error): error.message
        case .step: nil
        }
    }
}
