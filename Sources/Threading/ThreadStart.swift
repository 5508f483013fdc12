/// What a new thread is given to begin with.
///
/// It goes away with the body's end, so a thread object kept by what the body refers to makes no lasting cycle.
final class ThreadStart: Sendable {
    private let shared: ThreadShared
    private let body: @Sendable () -> Void

    init(shared: ThreadShared, body: @escaping @Sendable () -> Void) {
        self.shared = shared
        self.body = body
    }

    /// The thread's whole life, called by the system.
    ///
    /// `argument` is a retained `ThreadStart`.
    static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument = unsafe argument else { return nil }
        unsafe run(Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue())
        return nil
    }

    private static func run(_ start: consuming ThreadStart) {
        let shared = start.shared
        shared.run(start.body)
        // All that the body held is let go before anybody who joins may go on.
        _ = consume start
        shared.ended.set()
    }
}
