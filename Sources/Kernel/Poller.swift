import Glibc

/// Waits for a few descriptors with one deadline (poll(2)).
package struct Poller {
    /// What a descriptor can be watched for.
    package enum Interest {
        /// Readable, or the other end closed.
        case reading
        /// Room for writing.
        case writing
        /// An exceptional condition: how the kernel announces a change of `cgroup.events`.
        case exceptional
    }

    private var entries: [pollfd] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Watches a descriptor from the next `wait` on; the order of adding gives its index.
    package mutating func add(_ descriptor: Int32, for interest: Interest) {
        let events =
            switch interest {
            case .reading: POLLIN
            case .writing: POLLOUT
            case .exceptional: POLLPRI
            }
        entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }

    /// Stops watching the descriptor at `index`; indexes stay as they are.
    package mutating func ignore(at index: Int) {
        entries[index].fd = -1
    }

    /// Whether the last wait found the descriptor at `index` ready, closed or broken.
    package func isReady(at index: Int) -> Bool { entries[index].revents != 0 }

    /// Sleeps until a descriptor is ready or the deadline passes.
    ///
    /// - Returns: false when the deadline passed first.
    package mutating func wait(until deadline: BootTime? = nil) throws(SystemError) -> Bool {
        while true {
            let timeout = Self.milliseconds(until: deadline)
            let count = unsafe poll(&entries, nfds_t(entries.count), timeout)
            if count > 0 { return true }
            if count < 0, errno != EINTR { throw SystemError(call: "poll", code: errno) }
            if let deadline, BootTime.now >= deadline {
                for index in entries.indices { entries[index].revents = 0 }
                return false
            }
        }
    }

    /// The clock of poll(2) stops while the machine sleeps and ours does not, so a wait is cut into pieces of this
    /// length.
    private static let longestPiece: Int64 = 60_000

    /// Rounded up, so that the wait does not end just before its deadline; -1 waits for ever.
    private static func milliseconds(until deadline: BootTime?) -> Int32 {
        guard let deadline else { return -1 }
        let left = max(0, deadline.nanoseconds - BootTime.now.nanoseconds)
        return Int32(clamping: min((left + 999_999) / 1_000_000, longestPiece))
    }
}
