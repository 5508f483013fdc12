import JobService
import Threading

/// A disk of which the test says how full it is.
final class ScriptedSpace: StateSpace {
    static let shortage = SpaceShortage(folder: "/state", free: 1, needed: 2)

    private let state = Monitor((isShort: false, reservesGivenUp: 0))

    var reservesGivenUp: Int { state.withLock { $0.reservesGivenUp } }

    func setShort(_ isShort: Bool) { state.withLock { $0.isShort = isShort } }

    func shortage() -> SpaceShortage? { state.withLock { $0.isShort } ? Self.shortage : nil }
    func giveUpReserve() { state.withLock { $0.reservesGivenUp += 1 } }
    func exhausted() -> SpaceShortage { Self.shortage }
}
