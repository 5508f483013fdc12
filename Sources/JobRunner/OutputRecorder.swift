import Glibc
package import Jobs
import Kernel

/// Cuts what a program writes into stamped lines, keeps them in the attempt's file and tells the observer.
///
/// The file is made with the first byte. After `outputLimit` bytes one line says so, and what follows is dropped.
struct OutputRecorder: ~Copyable {
    private let order: AttemptOrder
    private let files: OutputFiles
    private let observer: any OutputObserver
    private var left: Int64
    private var file: Descriptor?
    private var isClosed = false
    /// The beginning of a line that is not complete yet, per stream.
    private var pending: [OutputStream: [UInt8]] = [:]

    init(_ order: AttemptOrder, files: OutputFiles, observer: any OutputObserver) {
        self.order = order
        self.files = files
        self.observer = observer
        left = order.outputLimit
    }

    /// Takes what the program wrote.
    mutating func record(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        guard !isClosed else { return }
        let now = Timestamp.now
        var lines: [OutputLine] = []
        var rest = bytes
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<newline], complete: true, stream, at: now, to: &lines)
            rest = rest[(newline + 1)...]
        }
        if !rest.isEmpty { append(rest, complete: false, stream, at: now, to: &lines) }
        write(lines)
    }

    /// Records what was begun and not completed: the program has ended.
    mutating func finish() {
        guard !isClosed else { return }
        let now = Timestamp.now
        write(
            OutputStream.allCases.compactMap { stream in
                guard let text = pending[stream], !text.isEmpty else { return nil }
                return OutputLine(time: now, stream: stream, isComplete: false, text: text)
            })
        isClosed = true
    }

    /// Completes lines; one that is longer than a line of the file may be is split into parts.
    private mutating func append(
        _ text: ArraySlice<UInt8>, complete: Bool, _ stream: OutputStream, at now: Timestamp,
        to lines: inout [OutputLine]
    ) {
        var whole = pending[stream].map { $0[...] + text } ?? text
        while whole.count > Limits.outputLineLength {
            let part = whole.prefix(Limits.outputLineLength)
            lines.append(OutputLine(time: now, stream: stream, isComplete: false, text: Array(part)))
            whole = whole.dropFirst(Limits.outputLineLength)
        }
        if complete {
            lines.append(OutputLine(time: now, stream: stream, isComplete: true, text: Array(whole)))
            pending[stream] = nil
        } else {
            pending[stream] = Array(whole)
        }
    }

    private mutating func write(_ lines: [OutputLine]) {
        guard !lines.isEmpty else { return }
        var kept: [OutputLine] = []
        var bytes: [UInt8] = []
        for line in lines {
            let formatted = line.formatted
            guard formatted.count <= left else {
                let mark = endMark(at: line.time)
                kept.append(mark)
                bytes += mark.formatted
                isClosed = true
                break
            }
            left -= Int64(formatted.count)
            kept.append(line)
            bytes += formatted
        }
        do {
            try append(bytes)
            observer.attempt(order, printed: kept)
        } catch {
            isClosed = true
            observer.attempt(order, lostOutput: error)
        }
    }

    private mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        if file == nil { file = try files.create(for: order.id) }
        try file?.write(all: bytes)
    }

    private func endMark(at time: Timestamp) -> OutputLine {
        let text =
            "[jobd: this attempt printed more than its limit of \(order.outputLimit) bytes; the rest is not kept]"
        return OutputLine(time: time, stream: .stderr, isComplete: true, text: Array(text.utf8))
    }
}

extension Timestamp {
    /// The wall clock's time of this call.
    package static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
