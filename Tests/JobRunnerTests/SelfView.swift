import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// What a job sees of itself, told by itself.
struct SelfView {
    /// The fields of /proc/self/status.
    let status: [String: String]
    /// /proc/self/stat, from the process's number on.
    let stat: [String]
    /// /proc/self/limits: soft and hard limit by name.
    let limits: [String: String]
    let environment: Set<String>
    let directory: String
    /// Number to target.
    let descriptors: [String: String]
    let cgroup: String?
    let outOfMemoryScore: String
    /// What system calls say: needs Python.
    let calls: [String: String]

    init(_ harness: RunnerHarness, submitter: Submitter, mayGainPrivileges: Bool = false, surroundings: Surroundings)
        throws
    {
        func told(_ arguments: [String]) throws -> String {
            let order = harness.order(
                arguments, directory: "/usr", environment: ["GREETING": "good day"], submitter: submitter,
                surroundings: surroundings, mayGainPrivileges: mayGainPrivileges)
            let outcome = try harness.run(order).outcome
            try #require(outcome == .exited(code: 0), "\(arguments): \(outcome)")
            return try harness.output()
        }
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
        status = try Self.status(told(["/bin/cat", "/proc/self/status"]))
        stat = try told(["/bin/cat", "/proc/self/stat"]).split(whereSeparator: \.isWhitespace).map(String.init)
        limits = try Self.limits(told(["/bin/cat", "/proc/self/limits"]))
        environment = Set(try lines(told(["/usr/bin/env"])).map(String.init))
        directory = try String(told(["/bin/pwd", "-P"]).dropLast())
        let links = try lines(told(["/bin/ls", "-l", "/proc/self/fd"])).filter { $0.contains(" -> ") }
        descriptors = Dictionary(
            uniqueKeysWithValues: links.map { link in
                let words = link.split(separator: " ")
                return (String(words[words.count - 3]), String(words[words.count - 1]))
            })
        cgroup = try lines(told(["/bin/cat", "/proc/self/cgroup"])).first { $0.hasPrefix("0::") }.map(String.init)
        outOfMemoryScore = try String(told(["/bin/cat", "/proc/self/oom_score_adj"]).dropLast())
        calls =
            access("/usr/bin/python3", X_OK) == 0
            ? Self.pairs(try told(["/usr/bin/python3", "-c", Self.questions])) : [:]
    }

    static func status(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "\n").map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    static func limits(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "\n").dropFirst().map { line in
            // The name takes up 26 columns.
            (String(line.prefix(25)).trimmed, line.dropFirst(26).split(separator: " ").prefix(2).joined(separator: " "))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func pairs(_ text: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), String(parts[1]))
            })
    }

    /// Securebits, timer slack, I/O priority, and whose the session keyring is.
    private static let questions = """
        import ctypes, platform
        libc = ctypes.CDLL(None)
        x86 = platform.machine() == "x86_64"
        print("securebits=%d" % libc.prctl(27, 0, 0, 0, 0))
        print("slack=%d" % libc.prctl(30, 0, 0, 0, 0))
        print("io=%d" % libc.syscall(252 if x86 else 31, 1, 0))
        text = ctypes.create_string_buffer(200)
        if libc.syscall(250 if x86 else 219, 6, -3, text, 200) > 0:
            kind, user, group, rights, name = text.value.decode().split(";")
            print("keyring=%s %s %s" % (user, group, name))
        """
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}
