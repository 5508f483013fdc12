package import Kernel

/// Who is told what an attempt prints, beside its file.
///
/// Called on the worker's thread; it must not block.
package protocol OutputObserver: Sendable {
    /// How many more lines of this attempt it wants to see one by one, at this moment.
    ///
    /// What a flood prints beyond that goes to the file and costs nothing else.
    func linesWanted(of order: AttemptOrder) -> Int

    /// There is more in the attempt's file now; these are the first lines of it, at most as many as it wants.
    func attempt(_ order: AttemptOrder, printed lines: [OutputLine])

    /// After them came so many lines that it did not want.
    func attempt(_ order: AttemptOrder, printedMore count: Int)

    /// The attempt has ended, and all that it printed was told of.
    func outputEnded(of order: AttemptOrder)

    /// The file could not be written; what the attempt prints from now on is lost, until there is room where that was
    /// why. The attempt goes on.
    func attempt(_ order: AttemptOrder, lostOutput error: SystemError)

    /// These processes are still there long after they were killed.
    func attempt(_ order: AttemptOrder, cannotEnd processes: [Int32])
}

extension OutputObserver {
    /// All of them.
    package func linesWanted(of order: AttemptOrder) -> Int { .max }

    package func attempt(_ order: AttemptOrder, printedMore count: Int) {}

    package func outputEnded(of order: AttemptOrder) {}
}
