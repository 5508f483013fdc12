package import Kernel

/// Who is told what an attempt prints, beside its file.
///
/// Called on the worker's thread; it must not block.
package protocol OutputObserver: Sendable {
    /// These lines are in the attempt's file now.
    func attempt(_ order: AttemptOrder, printed lines: [OutputLine])

    /// The file could not be written; what the attempt prints from now on is lost, the attempt goes on.
    func attempt(_ order: AttemptOrder, lostOutput error: SystemError)

    /// These processes are still there long after they were killed.
    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32])
}
