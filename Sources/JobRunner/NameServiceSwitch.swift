import Kernel

/// What nsswitch.conf(5) says of where accounts come from.
package enum NameServiceSwitch {
    /// Whether every account is in a file, or is one of systemd's own.
    ///
    /// - Returns: false where the configuration cannot be read, or does not say it: each system has its own idea of what
    ///   is meant then.
    package static func readsFilesOnly(_ path: String) -> Bool {
        guard let content = try? FileContent.read(path) else { return false }
        var sources: [Substring: [Substring]] = [:]
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == ":" }
            if let database = words.first { sources[database] = Array(words.dropFirst()) }
        }
        // The groups of a user have a line of their own, where they do not come from that of the groups.
        let asked = ["passwd", "group"].map { sources[$0] } + ["shadow", "initgroups"].compactMap { sources[$0] }
        return asked.allSatisfy { words in
            words.map { $0.allSatisfy { $0 == "files" || $0 == "systemd" } && $0.contains("files") } ?? false
        }
    }
}
