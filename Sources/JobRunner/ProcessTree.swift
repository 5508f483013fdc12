package import Jobs
package import Kernel

/// All processes of one attempt: what it was started as, and every descendant.
package protocol ProcessTree: AnyObject, Sendable {
    /// The cgroup that the first process is to be born in, where there is one.
    var cgroup: Cgroup? { get }

    /// Whether the first process is not born in the cgroup but joins it, because the kernel would kill it at birth.
    var joinsCgroup: Bool { get }

    /// Holds the tree to those of the limits that its containment can (``Containment/limitNames``), and to no others.
    func limit(to limits: ResourceLimits) throws(SystemError)

    /// Starts the first process by `start`, and knows it before anybody else could take its exit record.
    ///
    /// - Parameter start: gives the process's id.
    func begin(_ start: () throws(StartFailure) -> Int32) throws(StartFailure)

    /// Sends a signal to every process of the tree that is there at this moment.
    func signal(_ signal: Int32)

    /// Lets no process of the tree go on until ``thaw()``; they can still be killed.
    func freeze() throws(SystemError)

    /// Lets the tree go on.
    func thaw() throws(SystemError)

    /// Kills every process of the tree.
    ///
    /// - Returns: true when it is proven that none is left; false when that cannot be said at the deadline.
    func killAll(until deadline: BootTime) -> Bool

    /// The processes that are left.
    func survivors() throws(SystemError) -> [Int32]

    /// What all processes of the tree have used; `nil` where that is not counted.
    func usage() -> TreeUsage?

    /// Lets go of what the tree needed; it is empty.
    func end()

    /// What another one needs to go on with the processes; `nil` where that cannot be.
    var detached: DetachedTree? { get }
}

extension ProcessTree {
    package var joinsCgroup: Bool { false }

    package func limit(to limits: ResourceLimits) throws(SystemError) {}

    package func usage() -> TreeUsage? { nil }

    package var detached: DetachedTree? { nil }
}

/// Who can end what is left of an earlier daemon's attempts.
package protocol AttemptSweep: Sendable {
    /// Ends what is left of attempts of an earlier daemon on the same store.
    ///
    /// - Parameter spared: the attempts that go on, with what keeps them together where they have started.
    /// - Returns: true when it is proven that nothing else is left; false when something still is at the deadline.
    func sweep(until deadline: BootTime, sparing spared: [AttemptID: DetachedTree]) throws(SystemError) -> Bool
}

extension AttemptSweep {
    /// Ends what is left of all attempts.
    package func sweep(until deadline: BootTime) throws(SystemError) -> Bool {
        try sweep(until: deadline, sparing: [:])
    }
}

/// How attempts are kept together, so that nothing of one outlives it.
package protocol Containment: AttemptSweep {
    /// A tree for an attempt that is about to start.
    func makeTree(for attempt: AttemptID) throws(SystemError) -> any ProcessTree

    /// Goes on with a tree that was let go of, and spared by a sweep; `nil` where it is of another kind.
    func adopt(_ tree: DetachedTree, of attempt: AttemptID) -> (any ProcessTree)?

    /// What it can hold a whole tree to, in a fixed order.
    var limitNames: [ResourceLimits.Name] { get }

    /// Lets go of what was made for all trees; they have all ended.
    func close()

    /// Lets go of what is not needed by trees that were let go of.
    ///
    /// - Returns: what the next one is to close in its stead.
    func detach() -> DetachedDelegation?

    /// One line for people: how it is done, and how sure it is.
    var summary: String { get }
}

extension Containment {
    package var limitNames: [ResourceLimits.Name] { [] }

    package func adopt(_ tree: DetachedTree, of attempt: AttemptID) -> (any ProcessTree)? { nil }

    package func detach() -> DetachedDelegation? { nil }
}
