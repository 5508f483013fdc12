import Glibc
import JobRunner
import Kernel
import Testing
import Threading

/// Answers system calls in the place of the kernel (seccomp(2), "filter mode").
enum SystemCallFilter {
    /// A call, as far as it is told apart from others of its kind by the lower halves of its arguments.
    struct Call: Sendable {
        fileprivate let number: UInt32
        fileprivate var conditions: [(argument: UInt32, isEqual: Bool, value: UInt32)] = []

        /// - Parameters:
        ///   - x86: its number on x86-64.
        ///   - arm: its number on 64-bit ARM.
        init(x86: UInt32, arm: UInt32) {
            #if arch(x86_64)
                number = x86
            #else
                number = arm
            #endif
        }

        func with(_ argument: UInt32, _ value: Int32) -> Call { adding((argument, true, UInt32(bitPattern: value))) }

        func without(_ argument: UInt32, _ value: Int32) -> Call {
            adding((argument, false, UInt32(bitPattern: value)))
        }

        /// It does nothing and fails; with 0 it does nothing and says that it did.
        func failing(_ code: Int32) -> Rule { Rule(call: self, code: code) }

        private func adding(_ condition: (UInt32, Bool, UInt32)) -> Call {
            var call = self
            call.conditions.append(condition)
            return call
        }
    }

    struct Rule: Sendable {
        fileprivate let call: Call
        fileprivate let code: Int32
    }

    /// As where seccomp or an old kernel refuses it.
    static let withoutClone3 = Call.clone3.failing(ENOSYS)

    static var isPossible: Bool { prctl.map { $0(Option.getSeccomp, 0, 0, 0, 0) >= 0 } ?? false }

    /// Runs `body` on a thread of its own under a filter, which goes away with the thread.
    static func with<Result: Sendable>(
        _ rules: [Rule], before: @escaping @Sendable () throws -> Void = {}, _ body: @escaping @Sendable () -> Result
    ) throws -> Result {
        let result = Promise<Result>()
        let thread = try DaemonThread(name: "filtered") {
            do {
                try before()
                try install(rules)
                result.succeed(body())
            } catch {
                result.fail(error)
            }
        }
        defer { thread.join() }
        return try result.future.result(until: .after(RunnerHarness.patience))
    }

    // MARK: The filter

    private struct Instruction {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var value: UInt32
    }

    private struct Program {
        var count: UInt16
        var instructions: UnsafePointer<Instruction>
    }

    private enum Code {
        static let load: UInt16 = 0x20
        static let jumpIfEqual: UInt16 = 0x15
        static let answer: UInt16 = 0x06
    }

    private static func install(_ rules: [Rule]) throws {
        let letThrough = Instruction(code: Code.answer, value: 0x7FFF_0000)
        let instructions = rules.flatMap(instructions) + [letThrough]
        let prctl = try #require(prctl)
        // Root may do without; a job of a thread that has it has it as well.
        if geteuid() != 0 { try systemCall("prctl PR_SET_NO_NEW_PRIVS") { prctl(Option.noNewPrivileges, 1, 0, 0, 0) } }
        try instructions.withUnsafeBufferPointer { buffer in
            let base = try #require(buffer.baseAddress)
            var program = Program(count: UInt16(buffer.count), instructions: base)
            try systemCall("prctl PR_SET_SECCOMP") {
                withUnsafePointer(to: &program) { prctl(Option.seccomp, 2, UInt(bitPattern: $0), 0, 0) }
            }
        }
    }

    /// Tests of which each failed one leads behind the rule.
    private static func instructions(of rule: Rule) -> [Instruction] {
        // struct seccomp_data: the number at 0, the arguments from 16 on, eight bytes each.
        var tests: [(offset: UInt32, isEqual: Bool, value: UInt32)] = [(0, true, rule.call.number)]
        tests += rule.call.conditions.map { (16 + 8 * $0.argument, $0.isEqual, $0.value) }
        var instructions: [Instruction] = []
        for (index, test) in tests.enumerated() {
            let behind = UInt8(2 * (tests.count - index - 1) + 1)
            instructions.append(Instruction(code: Code.load, value: test.offset))
            instructions.append(
                Instruction(
                    code: Code.jumpIfEqual, ifTrue: test.isEqual ? 0 : behind, ifFalse: test.isEqual ? behind : 0,
                    value: test.value))
        }
        return instructions + [Instruction(code: Code.answer, value: 0x0005_0000 | UInt32(rule.code))]
    }

    // MARK: prctl

    enum Option {
        static let getSeccomp: Int32 = 21
        static let seccomp: Int32 = 22
        static let readBounding: Int32 = 23
        static let dropBounding: Int32 = 24
        static let setSecureBits: Int32 = 28
        static let noNewPrivileges: Int32 = 38
    }

    private typealias Prctl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    /// prctl(2) has a variable number of arguments, which Swift does not import; with all five it is called as it is
    /// here on x86-64 and on 64-bit ARM.
    private static var prctl: Prctl? {
        dlsym(nil, "prctl").map { unsafeBitCast($0, to: Prctl.self) }
    }

    static func prctl(_ option: Int32, _ value: UInt) throws {
        let prctl = try #require(prctl)
        try systemCall("prctl \(option)") { prctl(option, value, 0, 0, 0) }
    }
}

extension SystemCallFilter.Call {
    static let capget = Self(x86: 125, arm: 90)
    static let capset = Self(x86: 126, arm: 91)
    static let chdir = Self(x86: 80, arm: 49)
    static let clone3 = Self(x86: 435, arm: 435)
    static let clone = Self(x86: 56, arm: 220)
    static let closeRange = Self(x86: 436, arm: 436)
    static let dup3 = Self(x86: 292, arm: 24)
    static let execve = Self(x86: 59, arm: 221)
    static let fcntl = Self(x86: 72, arm: 25)
    static let getgroups = Self(x86: 115, arm: 158)
    static let getpriority = Self(x86: 140, arm: 141)
    static let getresgid = Self(x86: 120, arm: 150)
    static let getresuid = Self(x86: 118, arm: 148)
    static let ioprioGet = Self(x86: 252, arm: 31)
    static let ioprioSet = Self(x86: 251, arm: 30)
    static let keyctl = Self(x86: 250, arm: 219)
    static let openat = Self(x86: 257, arm: 56)
    static let prctl = Self(x86: 157, arm: 167)
    static let pipe2 = Self(x86: 293, arm: 59)
    static let pread = Self(x86: 17, arm: 67)
    static let prlimit = Self(x86: 302, arm: 261)
    static let sigaction = Self(x86: 13, arm: 134)
    static let sigprocmask = Self(x86: 14, arm: 135)
    static let setgroups = Self(x86: 116, arm: 159)
    static let setpriority = Self(x86: 141, arm: 140)
    static let setresgid = Self(x86: 119, arm: 149)
    static let setresuid = Self(x86: 117, arm: 147)
    static let setsid = Self(x86: 112, arm: 157)
    static let setuid = Self(x86: 105, arm: 146)
    static let statx = Self(x86: 332, arm: 291)
    static let umask = Self(x86: 95, arm: 166)
    static let write = Self(x86: 1, arm: 64)
}
