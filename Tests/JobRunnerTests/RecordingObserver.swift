import JobRunner
import Kernel
import Threading

/// Keeps what it is told, and lets a test wait for a line.
final class RecordingObserver: OutputObserver {
    struct Record {
        var lines: [OutputLine] = []
        var lost: [SystemError] = []
        var cannotEnd: [[Int32]] = []
    }

    private let record = Monitor(Record())
    private let changed = Condition()

    var lines: [OutputLine] { record.withLock { $0.lines } }
    var lost: [SystemError] { record.withLock { $0.lost } }
    var cannotEnd: [[Int32]] { record.withLock { $0.cannotEnd } }

    func attempt(_ order: AttemptOrder, printed lines: [OutputLine]) {
        record.withLock { $0.lines += lines }
        changed.broadcast()
    }

    func attempt(_ order: AttemptOrder, lostOutput error: SystemError) {
        record.withLock { $0.lost.append(error) }
        changed.broadcast()
    }

    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32]) {
        record.withLock { $0.cannotEnd.append(processes) }
        changed.broadcast()
    }

    /// Waits until a line of that text was printed.
    func sees(_ text: String, until deadline: Deadline) -> Bool {
        let bytes = Array(text.utf8)
        return record.wait(on: changed, until: deadline) { record in
            record.lines.contains { $0.text == bytes } ? true : nil
        } ?? false
    }

    /// Waits until it was said so often that something cannot be ended.
    func isTold(ofUnended count: Int, until deadline: Deadline) -> Bool {
        record.wait(on: changed, until: deadline) { $0.cannotEnd.count >= count ? true : nil } ?? false
    }
}
