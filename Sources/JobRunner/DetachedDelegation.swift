/// What the daemon has changed in the control groups that were given to it, to be undone at its end.
package struct DetachedDelegation: Hashable, Sendable {
    /// Whether it left the top group.
    package var hasMoved: Bool
    /// The controllers that it enabled there, by name.
    package var enabled: [String]

    package init(hasMoved: Bool, enabled: [String]) {
        self.hasMoved = hasMoved
        self.enabled = enabled
    }
}
