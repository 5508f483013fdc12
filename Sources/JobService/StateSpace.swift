/// The room on the disk that holds the state, as the ledger asks for it before each transaction.
///
/// Called on the ledger's thread: it must not take long.
package protocol StateSpace: Sendable {
    /// What there is too little of for new jobs; `nil` where there is enough.
    ///
    /// A reserve that was given up is set aside again as soon as there is room.
    func shortage() -> SpaceShortage?

    /// Gives up what was set aside: the store has found no room.
    func giveUpReserve()

    /// What to say where the store finds no room although there should be: a quota, or somebody who was faster.
    func exhausted() -> SpaceShortage
}

/// Room without end, as memory has it.
package struct EndlessSpace: StateSpace {
    package init() {}

    package func shortage() -> SpaceShortage? { nil }
    package func giveUpReserve() {}
    package func exhausted() -> SpaceShortage { SpaceShortage(folder: "", free: 0, needed: 0) }
}
