import NIOConcurrencyHelpers

/// How many clients are connected, for whoever wants to know from any thread.
package final class ConnectionCount: Sendable {
    private let count = NIOLockedValueBox(0)

    package init() {}

    /// Now.
    package var current: Int { count.withLockedValue { $0 } }

    func change(by difference: Int) { count.withLockedValue { $0 += difference } }
}
