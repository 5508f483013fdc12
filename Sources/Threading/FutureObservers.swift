/// Those who are to be called when a future has come to its end, in order.
struct FutureObservers: Sendable {
    private var waiting: [(id: Int, callback: @Sendable () -> Void)] = []
    private var lastID = 0
    // While one thread calls them, late ones are appended and called by it too: that keeps the order.
    private var isCalling = false

    /// Takes one in; the id is for ``remove(_:)``.
    mutating func add(_ callback: @escaping @Sendable () -> Void) -> Int {
        lastID += 1
        waiting.append((lastID, callback))
        return lastID
    }

    /// Takes one back, unless it was called already.
    mutating func remove(_ id: Int) { waiting.removeAll { $0.id == id } }

    /// Whether the caller has become the one who calls them.
    mutating func startCalling() -> Bool {
        guard !isCalling, !waiting.isEmpty else { return false }
        isCalling = true
        return true
    }

    /// Whose turn it is; `nil` when there is none left and the caller is released from its duty.
    mutating func next() -> (@Sendable () -> Void)? {
        guard waiting.isEmpty else { return waiting.removeFirst().callback }
        isCalling = false
        return nil
    }
}
