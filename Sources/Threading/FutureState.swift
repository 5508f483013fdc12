internal import Synchronization

/// The life of a future, as a value that fits into one atomic word.
///
/// ```
///  pending ──begin──► running ──settle──► settling ──finish──► done
///     │  └───────────────settle──────────────►│
///     └──cancel──► cancelled
/// ```
///
/// In `settling` one thread, and only it, writes the outcome; from `done` on the outcome is there for all to read.
struct FutureState: Equatable, AtomicRepresentable, Sendable {
    enum Phase: UInt8 { case pending, running, settling, done, cancelled }

    /// What came of a request to cancel.
    enum Cancellation { case cancelled, wasCancelled, tooLate }

    typealias AtomicRepresentation = UInt8.AtomicRepresentation

    private static let observedBit: UInt8 = 0x80
    private var word: UInt8 = 0

    static func encodeAtomicRepresentation(_ value: consuming FutureState) -> AtomicRepresentation {
        UInt8.encodeAtomicRepresentation(value.word)
    }

    static func decodeAtomicRepresentation(_ representation: consuming AtomicRepresentation) -> FutureState {
        var state = FutureState()
        state.word = UInt8.decodeAtomicRepresentation(representation)
        return state
    }

    private(set) var phase: Phase {
        get { Phase(rawValue: word & ~Self.observedBit) ?? .pending }
        set { word = newValue.rawValue | word & Self.observedBit }
    }

    /// Whether somebody waits or has left a callback, or did so once.
    var isObserved: Bool { word & Self.observedBit != 0 }

    /// Whether nothing will change any more.
    var isFinal: Bool {
        switch phase {
        case .done, .cancelled: true
        case .pending, .running, .settling: false
        }
    }

    /// The work starts.
    ///
    /// `false` when it must not, because it was cancelled.
    mutating func begin() -> Bool {
        switch phase {
        case .pending: phase = .running
        case .cancelled: return false
        case .running, .settling: preconditionFailure("begin() was called twice for one promise")
        case .done: preconditionFailure("begin() was called for a promise that already has its result")
        }
        return true
    }

    /// The outcome is about to be written.
    ///
    /// `false` when nobody wants it any more, because of a cancellation.
    mutating func settle() -> Bool {
        switch phase {
        case .pending, .running: phase = .settling
        case .cancelled: return false
        case .settling, .done: preconditionFailure("A promise was given a second result")
        }
        return true
    }

    /// The outcome is written.
    mutating func finish() {
        switch phase {
        case .running, .settling: phase = .done
        case .pending, .done, .cancelled: preconditionFailure("A future was finished that nobody was working on")
        }
    }

    /// Somebody no longer wants the result.
    mutating func cancel() -> Cancellation {
        switch phase {
        case .pending:
            phase = .cancelled
            return .cancelled
        case .cancelled: return .wasCancelled
        case .running, .settling, .done: return .tooLate
        }
    }

    /// Somebody waits or has left a callback: whoever brings the end has to tell.
    mutating func observe() { word |= Self.observedBit }
}
