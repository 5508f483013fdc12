/// Sets that are bits on the bus: capabilities, namespaces, processors.
enum UnitSets {
    typealias Refusal = UnitProperties.Refusal

    /// In the order of their numbers (linux/capability.h).
    private static let capabilityNames = """
        CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE \
        NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT \
        SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP \
        MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
        """.split(separator: " ").map { "CAP_\($0)" }

    static func capabilities(_ text: String) throws(Refusal) -> UInt64 {
        try inverted(text) { word in
            capabilityNames.firstIndex(of: word.uppercased()).map { 1 << UInt64($0) }
        }
    }

    /// The flags of clone(2).
    private static let namespaceFlags: [String: UInt64] = [
        "cgroup": 0x0200_0000, "ipc": 0x0800_0000, "net": 0x4000_0000, "mnt": 0x0002_0000, "pid": 0x2000_0000,
        "user": 0x1000_0000, "uts": 0x0400_0000,
    ]

    /// - Parameter all: whether all are forbidden, where the text is only a yes or no.
    /// - Returns: those that are allowed.
    static func namespaces(_ text: String, all: Bool?) throws(Refusal) -> UInt64 {
        let every = namespaceFlags.values.reduce(0, |)
        if let all { return all ? 0 : every }
        return try inverted(text) { namespaceFlags[$0] } & every
    }

    private static func inverted(_ text: String, _ bit: (String) -> UInt64?) throws(Refusal) -> UInt64 {
        let isInverted = text.hasPrefix("~")
        var set: UInt64 = 0
        for word in try UnitWords.split(isInverted ? String(text.dropFirst()) : text) {
            guard let one = bit(word) else { throw Refusal(reason: "'\(word)' is not known") }
            set |= one
        }
        return isInverted ? ~set : set
    }

    /// More than the kernel can be built for.
    private static let mostProcessors = 8192

    /// Reads `0-3 5,7`; a bit for each, the lowest first.
    ///
    /// However many ranges there are, and however long, the work is that of reading them once.
    static func processors(_ text: String) throws(Refusal) -> [UInt8] {
        // How many ranges begin at each number, less those that ended right before it.
        var changes = [Int](repeating: 0, count: mostProcessors + 1)
        for part in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], let last = ends[ends.count - 1], 0 <= first, first <= last, last < mostProcessors
            else { throw Refusal(reason: "'\(part)' is no number or range") }
            changes[first] += 1
            changes[last + 1] -= 1
        }
        return bits(changes)
    }

    private static func bits(_ changes: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        var ranges = 0
        for (number, change) in changes.enumerated() {
            ranges += change
            guard ranges > 0 else { continue }
            bytes += Array(repeating: 0, count: number / 8 + 1 - bytes.count)
            bytes[number / 8] |= 1 << UInt8(number % 8)
        }
        return bytes
    }
}
