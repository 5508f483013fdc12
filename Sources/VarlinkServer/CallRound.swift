import NIOCore

/// Around the calls that start in one turn of the I/O thread: what they ask for can be handed on in one go.
package struct CallBatching: Sendable {
    let begin: @Sendable () -> Void
    let end: @Sendable () -> Void

    /// - Parameters:
    ///   - begin: runs on the I/O thread before the first call of a turn is started; it must not block.
    ///   - end: runs there after the last; it must not block.
    package init(begin: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void) {
        self.begin = begin
        self.end = end
    }

    /// Nothing is done.
    package static let none = CallBatching(begin: {}, end: {})
}

/// The calls that start in one turn of the I/O thread, on that thread.
///
/// A turn takes all that has come on all connections; what is executed meanwhile runs when all of it is read.
final class CallRound {
    private let batching: CallBatching
    private let eventLoop: any EventLoop
    private var isOpen = false

    init(_ batching: CallBatching, eventLoop: any EventLoop) {
        self.batching = batching
        self.eventLoop = eventLoop
    }

    /// To be called before a call is started.
    func begin() {
        guard !isOpen else { return }
        isOpen = true
        batching.begin()
        eventLoop.assumeIsolated().execute { self.end() }
    }

    private func end() {
        isOpen = false
        batching.end()
    }
}
