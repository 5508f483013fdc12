import CLinux

/// Files in memory that nobody can change (memfd_create(2)).
package enum SealedMemory {
    /// Makes one with this content; it is read from the beginning.
    package static func make(_ bytes: [UInt8]) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("memfd_create") { unsafe linux_sealed_memory(bytes, bytes.count) })
    }
}
