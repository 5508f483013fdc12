package import JobStore

/// A store and what must be known of it to test it.
///
/// Each check makes one, works on it, and throws it away.
package final class StoreUnderTest {
    /// The store as it is now: another object after `reopen`.
    package private(set) var store: any JobStore
    private let open: (() throws -> any JobStore)?

    /// A store that survives being closed.
    ///
    /// - Parameter open: opens the same store again, after it was closed.
    package init(reopenable open: @escaping () throws -> any JobStore) throws {
        store = try open()
        self.open = open
    }

    /// A store that lives as long as its object.
    package init(_ store: any JobStore) {
        self.store = store
        open = nil
    }

    /// Closes the store and opens it again, where it survives that.
    package func reopen() throws {
        guard let open else { return }
        store.close()
        store = try open()
    }

    package func close() { store.close() }
}
