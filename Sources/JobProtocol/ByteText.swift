/// Numbers of bytes for people.
package enum ByteText {
    /// `3.4 MiB`, in multiples of 1024.
    package static func text(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        for unit in ["KiB", "MiB", "GiB"] {
            let rounded = (value * 10).rounded() / 10
            if rounded < 1024 { return "\(rounded) \(unit)" }
            value /= 1024
        }
        return "\((value * 10).rounded() / 10) TiB"
    }
}
