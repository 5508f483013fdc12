/// The other end of a ``Future``: whoever holds it owes a result.
///
/// A promise that goes away unfulfilled fails its future with ``FutureError/abandoned``, so nobody waits for a thread
/// that has forgotten them.
public final class Promise<Value: Sendable>: Sendable {
    /// Where the result will appear.
    public let future = Future<Value>()

    /// Makes a promise and its future.
    public init() {}

    deinit { future.drop(because: FutureError.abandoned) }

    /// Says that the work starts now, after which it cannot be cancelled any more.
    ///
    /// At most once.
    ///
    /// - Returns: `false` when it was cancelled: do not do the work.
    public func begin() -> Bool { future.begin() }

    /// Supplies the value.
    ///
    /// A second result is a trap.
    ///
    /// - Returns: `false` when the future was cancelled before, and the value is of no use.
    @discardableResult public func succeed(_ value: Value) -> Bool { future.resolve(.success(value)) }

    /// Supplies an error instead of a value.
    ///
    /// A second result is a trap.
    ///
    /// - Returns: `false` when the future was cancelled before, and the error is of no use.
    @discardableResult public func fail(_ error: any Error) -> Bool { future.resolve(.failure(error)) }
}
