public import Synchronization

/// Who sleeps in a ``WaitingRoom`` and who is on the way out, as a value that fits into one atomic word.
///
/// | bits | what |
/// |---|---|
/// | 0–29 | ``sleepers`` |
/// | 30–59 | ``woken`` |
/// | 60–62 | ``vain`` |
/// | 63 | ``isWanted`` |
@usableFromInline struct WaitingRoomState: Equatable, AtomicRepresentable, Sendable {
    @usableFromInline typealias AtomicRepresentation = UInt64.AtomicRepresentation

    @usableFromInline static var wantedBit: UInt64 { 1 << 63 }
    /// No process has as many threads.
    private static let countMask: UInt64 = (1 << 30) - 1
    private static let wokenShift: UInt64 = 30
    private static let vainShift: UInt64 = 60
    /// How many may come by in vain before ``isWanted`` ends.
    ///
    /// With 0 it would end, and cost the next sleeper a system call, whenever a thread adds work just before its partner
    /// goes to sleep.
    private static let vainLimit = 7

    @usableFromInline var word: UInt64

    @inlinable init(word: UInt64 = 0) { self.word = word }

    @inlinable static func encodeAtomicRepresentation(_ value: consuming WaitingRoomState) -> AtomicRepresentation {
        UInt64.encodeAtomicRepresentation(value.word)
    }

    @inlinable static func decodeAtomicRepresentation(
        _ representation: consuming AtomicRepresentation
    ) -> WaitingRoomState {
        WaitingRoomState(word: UInt64.decodeAtomicRepresentation(representation))
    }

    /// Whether somebody may sleep and nobody be on the way: then whoever has work for one more has to come by.
    @inlinable var isWanted: Bool { word & Self.wantedBit != 0 }

    /// How many sleep and were not told to wake.
    var sleepers: Int { Int(word & Self.countMask) }

    /// How many were told to wake and have not yet done so.
    var woken: Int { Int(word >> Self.wokenShift & Self.countMask) }

    /// How many came by in vain since somebody was last told to wake.
    private var vain: Int {
        get { Int(word >> Self.vainShift & 7) }
        set { word = word & ~(7 << Self.vainShift) | UInt64(newValue) << Self.vainShift }
    }

    /// One more is about to sleep.
    mutating func arrive() {
        set(sleepers: sleepers + 1, woken: woken)
        callForWork()
    }

    /// Tells up to `count` sleepers to wake, unless some were told to and are not here yet.
    ///
    /// When some have come by in vain, ``isWanted`` ends. So it stays up while two threads hand things to and fro, and
    /// does not while one is busy and the others sleep.
    ///
    /// - Returns: how many.
    mutating func wake(upTo count: Int) -> Int {
        guard woken == 0, sleepers > 0 else {
            if vain == Self.vainLimit { endCall() } else { vain += 1 }
            return 0
        }
        vain = 0
        let called = min(count, sleepers)
        set(sleepers: sleepers - called, woken: called)
        return called
    }

    /// Tells all sleepers to wake.
    mutating func wakeAll() {
        set(sleepers: 0, woken: woken + sleepers)
        endCall()
    }

    /// One of those who were told to wake does so.
    ///
    /// `false` when nobody was.
    mutating func takeCall() -> Bool {
        guard woken > 0 else { return false }
        set(sleepers: sleepers, woken: woken - 1)
        callForWork()
        return true
    }

    /// One leaves although it may not have been told to.
    ///
    /// If somebody was, it may be the one who got the call: then it takes that duty over, and its last look for work
    /// fulfils it. Otherwise a sleeper would count as woken for ever.
    mutating func leave() {
        if takeCall() { return }
        set(sleepers: sleepers - 1, woken: woken)
    }

    private mutating func callForWork() {
        if sleepers > 0, woken == 0 { word |= Self.wantedBit }
    }

    private mutating func endCall() {
        word &= ~Self.wantedBit
        vain = 0
    }

    private mutating func set(sleepers: Int, woken: Int) {
        let rest = word & ~(Self.countMask | Self.countMask << Self.wokenShift)
        word = rest | UInt64(woken) << Self.wokenShift | UInt64(sleepers)
    }
}
