/// What a job finds around itself when it starts, beside its command and its identity.
///
/// A job gets what it wishes for with its own rights: as far as the kernel lets its user have it.
package struct Surroundings: Hashable, Sendable {
    /// The permission bits that new files do not get, 0 to 0o777.
    package var fileMask: UInt32
    /// -20 (most favourable) to 19; `nil` is 0 where the daemon is root, and else the daemon's own.
    package var nice: Int?
    /// `nil` leaves it to the nice value.
    package var ioPriority: IOPriority?
    package var limits: ProcessLimits
    package var input: StandardInput

    package init(
        fileMask: UInt32 = 0o022, nice: Int? = nil, ioPriority: IOPriority? = nil,
        limits: ProcessLimits = ProcessLimits(), input: StandardInput = .nothing
    ) {
        self.fileMask = fileMask
        self.nice = nice
        self.ioPriority = ioPriority
        self.limits = limits
        self.input = input
    }

    /// What `nice` may be.
    package static let niceRange = -20...19

    /// What `fileMask` may be.
    package static let fileMaskRange: ClosedRange<UInt32> = 0...0o777
}
