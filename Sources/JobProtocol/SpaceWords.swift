/// Too little room on the disk, in words.
package enum SpaceWords {
    /// `only 1.2 MiB are free on the disk with /var/lib/jobd, and 32.0 MiB must be`.
    package static func sentence(folder: String, free: Int64, needed: Int64) -> String {
        "only \(mebibytes(free)) MiB are free on the disk with \(folder), and \(mebibytes(needed)) MiB must be"
    }

    /// Rounded down, to a tenth.
    private static func mebibytes(_ bytes: Int64) -> String {
        let tenths = max(0, bytes) * 10 / (1 << 20)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
