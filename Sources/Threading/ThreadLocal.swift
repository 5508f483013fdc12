internal import Glibc

/// A value of which each thread has its own.
///
/// A thread's value is made when it first asks, and goes away when the thread ends. (Not when the `ThreadLocal` goes
/// away: make them once, as `static let`.)
public final class ThreadLocal<Value>: Sendable {
    private let initial: @Sendable () -> Value

    /// Makes a value for each thread that asks, from `initial`.
    public init(_ initial: @escaping @Sendable () -> Value) { self.initial = initial }

    /// The calling thread's value.
    public var value: Value {
        get { box.value }
        set { box.value = newValue }
    }

    private var box: ThreadLocalBox<Value> {
        let table = ThreadLocalTable.current
        if let box = table.boxes[ObjectIdentifier(self)] as? ThreadLocalBox<Value> { return box }
        let box = ThreadLocalBox(initial(), owner: self)
        table.boxes[ObjectIdentifier(self)] = box
        return box
    }
}

/// One thread's value of one `ThreadLocal`.
private final class ThreadLocalBox<Value> {
    var value: Value
    // Keeps the identifier under which the box is filed from being given to another object.
    private let owner: AnyObject

    init(_ value: Value, owner: AnyObject) {
        self.value = value
        self.owner = owner
    }
}

/// All values of one thread; the system lets it go when the thread ends.
private final class ThreadLocalTable {
    var boxes: [ObjectIdentifier: AnyObject] = [:]

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let error = unsafe pthread_key_create(&key) { table in
            if let table = unsafe table { unsafe Unmanaged<ThreadLocalTable>.fromOpaque(table).release() }
        }
        precondition(error == 0, "pthread_key_create failed with error \(error)")
        return key
    }()

    static var current: ThreadLocalTable {
        if let table = unsafe pthread_getspecific(key) {
            return unsafe Unmanaged<ThreadLocalTable>.fromOpaque(table).takeUnretainedValue()
        }
        let table = ThreadLocalTable()
        let error = unsafe pthread_setspecific(key, Unmanaged.passRetained(table).toOpaque())
        precondition(error == 0, "pthread_setspecific failed with error \(error)")
        return table
    }
}
