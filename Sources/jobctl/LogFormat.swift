import JobClient

/// How lines of output are written.
struct LogFormat: Sendable {
    let hasTimestamps: Bool
    /// Whether bytes are written as they are, of each stream.
    private let isRaw: [JobClient.LogLine.Stream: Bool]

    /// Every byte as it was printed.
    static let exact = LogFormat(hasTimestamps: false, isRaw: [.stdout: true, .stderr: true])

    /// - Parameter isRaw: whether bytes are written as they are to a terminal, too.
    init(hasTimestamps: Bool, isRaw: Bool) {
        self.init(
            hasTimestamps: hasTimestamps,
            isRaw: [
                .stdout: isRaw || !StandardStream.output.isTerminal, .stderr: isRaw || !StandardStream.error.isTerminal,
            ])
    }

    init(hasTimestamps: Bool, isRaw: [JobClient.LogLine.Stream: Bool]) {
        self.hasTimestamps = hasTimestamps
        self.isRaw = isRaw
    }

    /// The text of a line, without its end.
    func text(_ line: JobClient.LogLine) -> [UInt8] {
        if isRaw[line.stream] == true { return line.text }
        // Lines of Windows end so.
        let text = line.isComplete && line.text.last == UInt8(ascii: "\r") ? line.text.dropLast() : line.text[...]
        return PrintableText.escaped(text)
    }

    /// What stands before a line.
    func head(_ line: JobClient.LogLine, _ label: LogLabel?) -> [UInt8] {
        var head: [UInt8] = []
        if let label { head += label.text.utf8 }
        if hasTimestamps { head += "\(line.time) ".utf8 }
        return head
    }
}
