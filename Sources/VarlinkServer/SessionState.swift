import NIOCore
import Varlink

/// What one connection's calls are at: which wait, which run, and which replies are in their turn.
///
/// A value without any I/O; `Session` tells it what happens and does what follows from it. Replies go out strictly in
/// the order of the calls. Consecutive `pipelined` calls run beside each other; an `alone` call starts when all before
/// it are answered, and what follows waits until it is answered itself.
struct SessionState {
    /// One call, from its arrival until its last reply is in its turn.
    private struct Slot {
        enum Phase {
            case waiting(Call)
            case running
            case answered
        }

        let ordering: Ordering
        let isOneway: Bool
        let size: Int
        var phase: Phase
        /// Replies that came before their turn.
        var held: [UInt8] = []
        /// How many bytes of those belong to streams.
        var heldStreamed = 0
    }

    private let limits: ServerLimits
    private var slots = CircularBuffer<Slot>()
    /// The number of the call in the first slot; numbers go up by one for each call.
    private var first: UInt64 = 0
    /// How many slots from the front have left the phase of waiting.
    private var started = 0
    private var running = 0
    private var isAloneRunning = false
    private var callBytes = 0

    private var isInputOpen = true
    private var isConnected = true
    private var isWritable = true

    private var ready = ByteBuffer()
    private var readyStreamed = 0
    private(set) var heldBytes = 0

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Whether another call can be taken in.
    var acceptsCalls: Bool {
        isInputOpen && (isWritable || !isConnected)
            && slots.count < limits.callsInFlight && callBytes < limits.callBytesInFlight
    }

    /// Whether nothing more can come of this connection once ``takeReady()`` has been sent.
    var isFinished: Bool { !isInputOpen && slots.isEmpty }

    /// A call of `size` bytes was taken in; only while ``acceptsCalls``.
    mutating func received(_ call: Call, ordering: Ordering, size: Int) {
        guard isConnected || call.mode == .oneway else { return }
        let slot = Slot(ordering: ordering, isOneway: call.mode == .oneway, size: size, phase: .waiting(call))
        slots.append(slot)
        callBytes += size
    }

    /// The next call that may start now, with its number; it counts as running then.
    mutating func nextToStart() -> (number: UInt64, call: Call)? {
        while started < slots.count {
            let index = slots.index(slots.startIndex, offsetBy: started)
            guard case .waiting(let call) = slots[index].phase else {
                started += 1
                continue
            }
            guard mayStart(slots[index].ordering) else { return nil }
            slots[index].phase = .running
            started += 1
            running += 1
            isAloneRunning = slots[index].ordering == .alone
            return (first + UInt64(started) - 1, call)
        }
        return nil
    }

    private func mayStart(_ ordering: Ordering) -> Bool {
        guard isWritable || !isConnected else { return false }
        return switch ordering {
        case .pipelined: !isAloneRunning
        case .alone: running == 0
        }
    }

    /// A reply to the call of that number; `isLast` ends the call.
    ///
    /// - Returns: false if the call has ended before: a stream's item may come late when another thread ended it.
    @discardableResult
    mutating func answered(_ number: UInt64, with reply: [UInt8], isLast: Bool) -> Bool {
        guard number >= first else { return false }
        let index = slots.index(slots.startIndex, offsetBy: Int(number - first))
        guard case .running = slots[index].phase else { return false }
        if isConnected, !slots[index].isOneway {
            if number == first {
                ready.writeBytes(reply)
                if !isLast { readyStreamed += reply.count }
            } else {
                slots[index].held += reply
                heldBytes += reply.count
                if !isLast { slots[index].heldStreamed += reply.count }
            }
        }
        guard isLast else { return true }
        slots[index].phase = .answered
        running -= 1
        if slots[index].ordering == .alone { isAloneRunning = false }
        advance()
        return true
    }

    /// The replies whose turn has come, and how many bytes of them belong to streams; nil if there are none.
    mutating func takeReady() -> (bytes: ByteBuffer, streamed: Int)? {
        guard ready.readableBytes > 0 else { return nil }
        defer {
            ready = ByteBuffer()
            readyStreamed = 0
        }
        return (ready, readyStreamed)
    }

    /// The client's side has room for more, or has none.
    mutating func writabilityChanged(to isWritable: Bool) {
        self.isWritable = isWritable
    }

    /// No call comes any more: the client said so, or what it sent is broken.
    ///
    /// The calls before that are still answered.
    mutating func inputEnded() {
        isInputOpen = false
    }

    /// The client has gone.
    ///
    /// Calls that want no reply are still carried out, also those that are still taken in; those that wait for a
    /// reply are dropped.
    mutating func disconnected() {
        isConnected = false
        ready = ByteBuffer()
        readyStreamed = 0
        dropWaiting { !$0.isOneway }
        for index in slots.indices { slots[index].held = [] }
        heldBytes = 0
        advance()
    }

    /// The server ends: running calls may still be answered, waiting ones are dropped.
    mutating func stop() {
        isInputOpen = false
        dropWaiting { _ in true }
        advance()
    }

    private mutating func dropWaiting(_ condition: (Slot) -> Bool) {
        for index in slots.indices where condition(slots[index]) {
            if case .waiting = slots[index].phase { slots[index].phase = .answered }
        }
    }

    /// Removes what is done at the front, and lets out what was held behind it.
    private mutating func advance() {
        while let slot = slots.first, case .answered = slot.phase {
            slots.removeFirst()
            first += 1
            started = max(0, started - 1)
            callBytes -= slot.size
            releaseFirst()
        }
    }

    /// Lets out the replies of the call whose turn has come.
    private mutating func releaseFirst() {
        guard let held = slots.first?.held, !held.isEmpty else { return }
        let index = slots.startIndex
        ready.writeBytes(held)
        readyStreamed += slots[index].heldStreamed
        heldBytes -= held.count
        slots[index].held = []
        slots[index].heldStreamed = 0
    }
}
