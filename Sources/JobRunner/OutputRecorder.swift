import Glibc
package import Jobs
import Kernel
import Threading

/// Cuts what a program writes into stamped lines, keeps them in the attempt's file and tells the observer.
///
/// The file is made with the first byte. After `outputLimit` bytes one line says so, and what follows is dropped
/// without a look at it. While the disk is nearly full, nothing is kept either, and a line says where: the rest of the
/// room is for how attempts end. What it holds is bounded, since a thousand attempts may run: of each stream one line that is
/// not complete, and while it writes one block of formatted lines.
struct OutputRecorder: ~Copyable {
    private let order: AttemptOrder
    private let files: OutputFiles
    private let observer: any OutputObserver
    private var left: Int64
    private var file: Descriptor?
    /// Bytes in the file, whole lines.
    private var length: Int64 = 0
    private var isClosed = false
    /// Whether the last that came was left out for want of room.
    private var lacksRoom = false
    /// By `OutputStream.place`.
    private var begun = [BegunLine](repeating: BegunLine(), count: OutputStream.allCases.count)
    private var block = OutputBlock()

    /// How long a line may be without its newline before it is shown as far as it has come: a prompt, a progress bar.
    static let patienceWithBegunLines = Duration.seconds(1)

    init(_ order: AttemptOrder, files: OutputFiles, observer: any OutputObserver) {
        self.order = order
        self.files = files
        self.observer = observer
        left = order.outputLimit
    }

    /// Goes on where another one was.
    init(_ order: AttemptOrder, files: OutputFiles, observer: any OutputObserver, from detached: DetachedOutput) {
        self.init(order, files: files, observer: observer)
        left = detached.left
        isClosed = detached.isClosed
        lacksRoom = detached.lacksRoom
        for (place, line) in zip(begun.indices, detached.begun) { begun[place] = BegunLine(line) }
        guard let length = detached.length, !isClosed else { return }
        do {
            file = try files.reopen(order.id)
            self.length = length
        } catch {
            close()
            observer.attempt(order, lostOutput: error)
        }
    }

    /// How far it has come, for another one to go on with these pipes.
    func detached(
        stdout: Int32, stderr: Int32, openStreams: Set<OutputStream>, hasBytes: Bool
    ) -> DetachedOutput {
        let isMade =
            switch file {
            case .some: true;
            case .none: false
            }
        return DetachedOutput(
            stdout: stdout, stderr: stderr, openStreams: openStreams, hasBytes: hasBytes, left: left,
            length: isMade ? length : nil, isClosed: isClosed, lacksRoom: lacksRoom,
            begun: begun.map { DetachedOutput.BegunLine(text: $0.text, due: $0.due) })
    }

    /// Takes what the program wrote.
    mutating func record(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        guard !isClosed else { return }
        ThreadProgress.during("keeping what a job prints") { keep(bytes, from: stream) }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        begin(.now, bytes.count)
        var rest = bytes
        while !isClosed, let newline = Self.newline(in: rest) {
            append(rest[..<newline], complete: true, stream)
            rest = rest[(newline + 1)...]
        }
        if !isClosed, !rest.isEmpty { append(rest, complete: false, stream) }
        write()
        block.end()
    }

    /// When `flush` has something to do; `nil` where no line has been begun.
    var deadline: BootTime? {
        var first: BootTime?
        for line in begun {
            if let due = line.due { first = min(first ?? due, due) }
        }
        return first
    }

    /// Records lines that were begun a while ago as far as they have come.
    mutating func flush(now: BootTime) {
        guard let deadline, deadline <= now else { return }
        begin(.now)
        for stream in OutputStream.allCases {
            if let due = begun[stream.place].due, due <= now { appendBegun(stream) }
        }
        write()
    }

    /// Records what was begun and not completed: the program has ended.
    mutating func finish() {
        if !isClosed {
            begin(.now)
            for stream in OutputStream.allCases { appendBegun(stream) }
            write()
            close()
        }
        observer.outputEnded(of: order)
    }

    private mutating func begin(_ time: Timestamp, _ size: Int = 0) {
        block.begin(at: time, expecting: size, linesWanted: observer.linesWanted(of: order))
    }

    private mutating func appendBegun(_ stream: OutputStream) {
        guard !begun[stream.place].text.isEmpty else { return }
        add([], complete: false, stream)
    }

    /// Completes lines; one that is longer than a line of the file may be is split into parts.
    private mutating func append(_ text: ArraySlice<UInt8>, complete: Bool, _ stream: OutputStream) {
        var rest = text
        while begun[stream.place].text.count + rest.count > Limits.outputLineLength {
            let size = Limits.outputLineLength - begun[stream.place].text.count
            add(rest.prefix(size), complete: false, stream)
            guard !isClosed else { return }
            rest = rest.dropFirst(size)
        }
        if complete {
            add(rest, complete: true, stream)
        } else {
            begun[stream.place].append(rest)
        }
    }

    /// Takes a line, or a part of one: what was begun and `text`.
    private mutating func add(_ text: ArraySlice<UInt8>, complete: Bool, _ stream: OutputStream) {
        let size = block.add(begun[stream.place].text, text, complete: complete, stream, atMost: left)
        guard let size else { return addEndMark() }
        begun[stream.place].clear()
        left -= Int64(size)
        if block.isFull { write() }
    }

    private mutating func addEndMark() {
        let text =
            "[jobd: this attempt printed more than its limit of \(order.outputLimit) bytes; the rest is not kept]"
        _ = block.add([], Array(text.utf8)[...], complete: true, .stderr, atMost: .max)
        write()
        close()
    }

    /// Writes the block and tells of it.
    private mutating func write() {
        guard !block.isEmpty, !isClosed else { return }
        do {
            if file == nil { file = try files.create(for: order.id) }
            try file?.check(files.keepFree)
            try append()
            lacksRoom = false
            observer.attempt(order, printed: block.lines)
            if block.linesLeftOut > 0 { observer.attempt(order, printedMore: block.linesLeftOut) }
            block.clear()
        } catch {
            guard ![ENOSPC, EDQUOT].contains(error.code) else { return leaveOut(error) }
            close()
            observer.attempt(order, lostOutput: error)
        }
    }

    /// Writes the block; all of it, or nothing.
    private mutating func append() throws(SystemError) {
        do {
            try file?.write(all: block.bytes)
            length += Int64(block.bytes.count)
        } catch {
            // A part of a line would swallow the next one.
            try file?.truncate(to: length)
            throw error
        }
    }

    /// Drops the block, and says so in the file where the gap begins.
    private mutating func leaveOut(_ error: SystemError) {
        block.clear()
        guard !lacksRoom else { return }
        lacksRoom = true
        let text = "[jobd: the disk is nearly full; what follows is not kept until there is room]"
        _ = block.add([], Array(text.utf8)[...], complete: true, .stderr, atMost: .max)
        // Where not even that fits, the observer knows.
        _ = try? append()
        block.clear()
        observer.attempt(order, lostOutput: error)
    }

    /// From now on nothing is kept, and nothing is held.
    private mutating func close() {
        isClosed = true
        block = OutputBlock()
        for place in begun.indices { begun[place] = BegunLine() }
    }

    /// `memchr`: a loop over the bytes takes several times as long, and this is where the time goes.
    private static func newline(in bytes: ArraySlice<UInt8>) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, let found = unsafe memchr(start, 0x0A, buffer.count) else {
                return nil
            }
            return bytes.startIndex + (unsafe UnsafeRawPointer(found) - start)
        }
    }
}

/// A line of which the end has not come.
private struct BegunLine {
    private(set) var text: [UInt8] = []
    /// When it is to be shown as it is.
    private(set) var due: BootTime?

    init() {}

    init(_ detached: DetachedOutput.BegunLine) {
        text = detached.text
        due = detached.due
    }

    mutating func append(_ more: ArraySlice<UInt8>) {
        text += more
        if due == nil { due = .now + OutputRecorder.patienceWithBegunLines }
    }

    mutating func clear() {
        guard due != nil else { return }
        text = []
        due = nil
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

extension Descriptor {
    /// Throws as the system does on a full disk where fewer bytes than these are free on that of the file.
    fileprivate func check(_ keepFree: Int64) throws(SystemError) {
        guard keepFree > 0, try freeBytes() < keepFree else { return }
        throw SystemError(call: "write", code: ENOSPC)
    }
}
