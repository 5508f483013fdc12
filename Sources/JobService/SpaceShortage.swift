/// Too little room on the disk that holds the state.
package struct SpaceShortage: Hashable, Sendable {
    package let folder: String
    /// Bytes that are free.
    package let free: Int64
    /// Bytes that must be free before anything new is stored or started.
    package let needed: Int64

    package init(folder: String, free: Int64, needed: Int64) {
        self.folder = folder
        self.free = free
        self.needed = needed
    }
}
