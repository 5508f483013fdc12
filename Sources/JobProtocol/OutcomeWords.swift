import Glibc
package import Jobs

/// An outcome in words: for programs (`kind`, `exitCode`, `signal`) and for people (`reason`).
package struct OutcomeWords: Sendable, Hashable {
    package let kind: String
    package let reason: String?
    package let exitCode: Int?
    package let signal: String?
    /// The step of starting that failed, and the error number.
    package let step: StartStep?
    package let errno: Int?

    package init(_ outcome: Outcome) {
        exitCode = if case .exited(let code) = outcome { Int(code) } else { nil }
        signal = if case .signalled(let number) = outcome { SignalName.name(of: number) } else { nil }
        if case .couldNotStart(let step, let errno) = outcome {
            (self.step, self.errno) = (step, Int(errno))
        } else {
            (step, errno) = (nil, nil)
        }
        switch outcome {
        case .exited(code: 0): (kind, reason) = ("exited", nil)
        case .exited(let code): (kind, reason) = ("exited", "exit code \(code)")
        case .signalled(let number): (kind, reason) = ("signalled", "signal \(SignalName.name(of: number))")
        case .timedOut: (kind, reason) = ("timedOut", "timeout")
        case .cancelled: (kind, reason) = ("cancelled", "cancelled")
        case .couldNotStart(.secrets, EBADMSG):
            let advice = "bring back jobd's key file from a backup, or submit the job again"
            (kind, reason) = ("couldNotStart", "could not start: its secrets were sealed with another key: \(advice)")
        case .couldNotStart(.execute, ETIMEDOUT):
            (kind, reason) = ("couldNotStart", "could not start: something held it up before its program ran")
        case .couldNotStart(let step, let errno):
            (kind, reason) = ("couldNotStart", "could not start: \(step.sentence): \(Self.text(of: errno))")
        case .outOfMemory: (kind, reason) = ("outOfMemory", "out of memory")
        case .interrupted: (kind, reason) = ("interrupted", "interrupted")
        case .lost: (kind, reason) = ("lost", "lost")
        }
    }

    private static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
