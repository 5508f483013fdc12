import Testing
import Threading

extension Deadline {
    /// A minute from now.
    static var minute: Deadline { .after(.seconds(60)) }

    /// For waits that must end by their deadline.
    static var briefly: Deadline { .after(.milliseconds(20)) }
}

/// Runs `bodies` at the same time, each on a thread of its own, and waits for all.
func concurrently(_ bodies: [@Sendable () -> Void]) throws {
    let threads = try bodies.enumerated().map { index, body in try DaemonThread(name: "test-\(index)", body) }
    for thread in threads { #expect(thread.join(until: .minute), "\(thread.name) is stuck") }
}

/// Runs `body` `count` times at the same time; it is told which one it is.
func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    try concurrently((0..<count).map { index in { body(index) } })
}
