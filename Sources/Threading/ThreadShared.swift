internal import CLinux

/// What a thread and the `DaemonThread` objects that stand for it have in common.
///
/// The thread keeps it alive, so it may outlive the object.
final class ThreadShared: Sendable {
    /// The most bytes of a name that the kernel keeps (`TASK_COMM_LEN` less the closing NUL).
    static let nameLimit = 15

    /// Where the thread sleeps, so that a request to stop can wake it there.
    ///
    /// Sendable, because nobody uses the owner for anything else.
    enum Sleep: @unchecked Sendable {
        /// The owner keeps the mutex alive while the one who wakes uses it.
        case condition(Condition, NativeMutex, owner: AnyObject)
        case room(WaitingRoom)

        /// Wakes all who sleep there, and the one who is about to.
        func disturb() {
            switch self {
            case .condition(let condition, let mutex, _):
                // The thread noted its sleep while it held this mutex. Once we have had it, the thread either really
                // sleeps and hears the broadcast, or has seen the request.
                mutex.lock()
                mutex.unlock()
                condition.broadcast()
            case .room(let room): room.disturb()
            }
        }
    }

    private struct StopState {
        var isRequested = false
        /// How many bodies the thread is inside of that are not to be disturbed.
        ///
        /// Only the thread changes it.
        var shields = 0
        var sleep: Sleep?
    }

    let name: String
    let ended = Event()
    /// The executor that it works for, if any.
    ///
    /// That one lives as long as its workers do.
    unowned let executor: ExecutorCore?
    private let stop = Monitor(StopState())

    init(name: String, executor: ExecutorCore?) {
        self.name = name
        self.executor = executor
    }

    /// Which of ours the calling thread is; `nil` for the main thread and threads that others started.
    static var current: ThreadShared? {
        guard let value = unsafe cthreads_self() else { return nil }
        return unsafe Unmanaged<ThreadShared>.fromOpaque(value).takeUnretainedValue()
    }

    /// Whether the calling thread was asked to stop and has not shielded itself.
    static var isStopPending: Bool { current?.isStopPending ?? false }

    /// Makes the calling thread the one that this stands for while it runs `body`.
    func run(_ body: () -> Void) {
        unsafe cthreads_set_self(Unmanaged.passUnretained(self).toOpaque())
        unsafe kernelName.withCString { unsafe cthreads_set_name($0) }
        body()
        cthreads_set_self(nil)
    }

    var isStopRequested: Bool { stop.withLock { $0.isRequested } }
    private var isStopPending: Bool { stop.withLock { $0.isRequested && $0.shields == 0 } }

    /// Notes the request and wakes the thread, wherever it sleeps.
    func requestStop() {
        let sleep = stop.withLock { stop in
            stop.isRequested = true
            return stop.sleep
        }
        sleep?.disturb()
    }

    /// Notes where the thread is about to sleep.
    ///
    /// `false` when it must not, being asked to stop.
    func willSleep(_ sleep: Sleep) -> Bool {
        stop.withLock { stop in
            guard stop.shields == 0 else { return true }
            stop.sleep = sleep
            return !stop.isRequested
        }
    }

    /// The thread sleeps no more.
    ///
    /// `false` when it was asked to stop.
    func didSleep() -> Bool {
        stop.withLock { stop in
            stop.sleep = nil
            return stop.shields > 0 || !stop.isRequested
        }
    }

    /// Counts the bodies that are not to be disturbed.
    func changeShields(by change: Int) { stop.withLock { $0.shields += change } }

    /// The longest run of whole characters that the kernel can keep.
    private var kernelName: String {
        var kept = ""
        for character in name {
            guard kept.utf8.count + character.utf8.count <= Self.nameLimit else { break }
            kept.append(character)
        }
        return kept
    }
}
