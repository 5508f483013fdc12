package import Kernel

/// How far the supervision of a detached attempt had come.
package struct DetachedSupervision: Sendable {
    package var limit: TimeLimit
    /// Why it is being stopped; the first is the one that counts.
    package var causes: [StopCause]
    /// When KILL is due; `nil` where it is not being stopped, or was killed already.
    package var killDue: BootTime?
    package var isFrozen: Bool

    package init(limit: TimeLimit, causes: [StopCause], killDue: BootTime?, isFrozen: Bool) {
        self.limit = limit
        self.causes = causes
        self.killDue = killDue
        self.isFrozen = isFrozen
    }
}
