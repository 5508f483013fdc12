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

    /// The line in the CRI log format: `2026-11-22T09:51:00.123456789Z stdout F text`.
    ///
    /// Kubernetes, "CRI log format" (kubelet/cri-api): time, stream, tag (F full, P partial), content.
    package var formatted: [UInt8] {
        var bytes = time.rfc3339
        bytes.reserveCapacity(bytes.count + text.count + 11)
        bytes.append(UInt8(ascii: " "))
        bytes += stream.rawValue.utf8
        bytes += isComplete ? [0x20, UInt8(ascii: "F"), 0x20] : [0x20, UInt8(ascii: "P"), 0x20]
        bytes += text
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Reads a line of an output file, without its newline; `nil` where it is not one.
    package init?(parsing bytes: some RandomAccessCollection<UInt8>) {
        let fields = bytes.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let time = Timestamp(String(decoding: fields[0], as: UTF8.self)),
            let stream = OutputStream(rawValue: String(decoding: fields[1], as: UTF8.self)),
            fields[2].elementsEqual([UInt8(ascii: "F")]) || fields[2].elementsEqual([UInt8(ascii: "P")])
        else { return nil }
        self.init(
            time: time, stream: stream, isComplete: fields[2].first == UInt8(ascii: "F"), text: Array(fields[3]))
    }
}
