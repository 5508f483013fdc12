package import Jobs

/// Which of its two outputs a program wrote to.
package enum OutputStream: String, Sendable, CaseIterable {
    case stdout, stderr
}

/// One line that a program wrote, or a part of one.
package struct OutputLine: Sendable, Hashable {
    package let time: Timestamp
    package let stream: OutputStream
    /// Whether the line ends here.
    ///
    /// A part that is followed by more of the line, or by nothing at all, does not.
    package let isComplete: Bool
    /// Any bytes but the newline.
    package let text: [UInt8]

    package init(time: Timestamp, stream: OutputStream, isComplete: Bool, text: [UInt8]) {
        self.time = time
        self.stream = stream
        self.isComplete = isComplete
        self.text = text
    }

    /// What stands between time and text in the CRI log format: ` stdout F ` in
    /// `2026-11-22T09:51:00.123456789Z stdout F text`.
    ///
    /// Kubernetes, "CRI log format" (kubelet/cri-api): time, stream, tag (F full, P partial), content.
    static func tag(_ stream: OutputStream, isComplete: Bool) -> [UInt8] {
        Array(" \(stream.rawValue) \(isComplete ? "F" : "P") ".utf8)
    }
}

extension OutputStream {
    /// Counted from 0, in the order of `allCases`.
    var place: Int {
        switch self {
        case .stdout: 0
        case .stderr: 1
        }
    }
}
