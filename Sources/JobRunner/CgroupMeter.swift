package import Kernel

/// Reads what the processes of a control group have used.
package struct CgroupMeter: Sendable {
    private let files: any ControlFiles
    private let hasPeak: Bool
    private let hasEvents: Bool
    private let hasTransfers: Bool

    /// Looks at a group that is like those of the attempts.
    package init(like trial: Cgroup, files: any ControlFiles) {
        self.files = files
        func has(_ file: String) -> Bool { (try? files.read("\(trial.path)/\(file)")) != nil }
        hasPeak = has("memory.peak")
        hasEvents = has("memory.events")
        hasTransfers = has("io.stat")
    }

    /// All that the group has counted since it was made, with the groups below it.
    ///
    /// - Returns: `nil` where it does not even count processor time, which it does without any controller.
    package func read(_ group: Cgroup) -> TreeUsage? {
        guard let time = try? fields(of: "cpu.stat", of: group) else { return nil }
        var usage = TreeUsage()
        usage.userTime = .microseconds(time["user_usec"] ?? 0)
        usage.systemTime = .microseconds(time["system_usec"] ?? 0)
        if hasPeak { usage.peakMemory = peak(of: group) }
        if hasEvents, let events = try? fields(of: "memory.events", of: group) {
            usage.outOfMemoryKills = (events["oom_kill"] ?? 0) + (events["oom_group_kill"] ?? 0)
        }
        if hasTransfers, let devices = try? files.read("\(group.path)/io.stat") {
            usage.readBytes = Self.sum(of: "rbytes", in: devices)
            usage.writtenBytes = Self.sum(of: "wbytes", in: devices)
        }
        return usage
    }

    private func peak(of group: Cgroup) -> Int64? {
        (try? files.read("\(group.path)/memory.peak")).flatMap { Int64($0.prefix { $0 != "\n" }) }
    }

    /// Lines of a name and a number each ("flat keyed").
    private func fields(of file: String, of group: Cgroup) throws(SystemError) -> [Substring: Int64] {
        var fields: [Substring: Int64] = [:]
        for line in try files.read("\(group.path)/\(file)").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { fields[words[0]] = Int64(words[1]) }
        }
        return fields
    }

    /// Lines of a device and `name=number` pairs each ("nested keyed"): the sum over all devices.
    private static func sum(of name: String, in text: String) -> Int64 {
        text.split { $0 == " " || $0 == "\n" }.reduce(0) { sum, word in
            guard word.hasPrefix("\(name)="), let number = Int64(word.dropFirst(name.utf8.count + 1)) else {
                return sum
            }
            return sum + number
        }
    }
}
