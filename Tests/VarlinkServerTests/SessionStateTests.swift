import NIOCore
import Testing
import Varlink

@testable import VarlinkServer

/// The order of one connection's calls and replies, without a connection.
struct SessionStateTests {
    private static func state(_ change: (inout ServerLimits) -> Void = { _ in }) -> SessionState {
        var limits = ServerLimits()
        change(&limits)
        return SessionState(limits: limits)
    }

    private static let one = Array("1".utf8)

    /// Starts what may start and gives the numbers.
    private static func start(_ state: inout SessionState) -> [UInt64] {
        var numbers: [UInt64] = []
        while let next = state.nextToStart() { numbers.append(next.number) }
        return numbers
    }

    private static func receive(
        _ state: inout SessionState, _ ordering: Ordering, _ mode: Call.Mode = .single, size: Int = 1
    ) {
        state.received(Call(method: "a.b.C", mode: mode), ordering: ordering, size: size)
    }

    private static func answer(_ state: inout SessionState, _ number: UInt64, _ text: String, isLast: Bool = true) {
        state.answered(number, with: Array(text.utf8), isLast: isLast)
    }

    private static func ready(_ state: inout SessionState) -> String {
        state.takeReady().map { String(buffer: $0.bytes) } ?? ""
    }

    @Test("calls of the pipelined kind start together and are answered in order")
    func pipelined() {
        var state = Self.state()
        for _ in 0..<3 { Self.receive(&state, .pipelined) }
        #expect(Self.start(&state) == [0, 1, 2])
        Self.answer(&state, 2, "c")
        #expect(Self.ready(&state) == "" && state.heldBytes == 1)
        Self.answer(&state, 0, "a")
        #expect(Self.ready(&state) == "a")
        Self.answer(&state, 1, "b")
        #expect(Self.ready(&state) == "bc" && state.heldBytes == 0)
        #expect(!state.isFinished)
    }

    @Test("a call of the lone kind starts when all before are answered, and holds up those behind")
    func alone() {
        var state = Self.state()
        Self.receive(&state, .pipelined)
        Self.receive(&state, .pipelined)
        Self.receive(&state, .alone)
        Self.receive(&state, .alone)
        Self.receive(&state, .pipelined)
        Self.receive(&state, .pipelined)
        #expect(Self.start(&state) == [0, 1])
        Self.answer(&state, 1, "b")
        #expect(Self.start(&state) == [])
        Self.answer(&state, 0, "a")
        #expect(Self.start(&state) == [2])
        Self.answer(&state, 2, "c")
        #expect(Self.start(&state) == [3])
        Self.answer(&state, 3, "d")
        #expect(Self.start(&state) == [4, 5])
        Self.answer(&state, 4, "e")
        Self.answer(&state, 5, "f")
        #expect(Self.ready(&state) == "abcdef")
    }

    @Test("items of a stream go out in their turn; those behind an open call are held")
    func streams() {
        var state = Self.state()
        Self.receive(&state, .pipelined)
        Self.receive(&state, .pipelined, .more)
        #expect(Self.start(&state) == [0, 1])
        Self.answer(&state, 1, "x", isLast: false)
        Self.answer(&state, 1, "y", isLast: false)
        #expect(Self.ready(&state) == "" && state.heldBytes == 2)
        Self.answer(&state, 0, "a")
        let ready = state.takeReady()
        #expect(ready.map { String(buffer: $0.bytes) } == "axy" && ready?.streamed == 2)
        Self.answer(&state, 1, "z", isLast: false)
        #expect(state.takeReady()?.streamed == 1)
        Self.answer(&state, 1, "!")
        #expect(state.takeReady()?.streamed == 0)
    }

    @Test("an item that comes after its call's end is dropped")
    func lateItems() {
        var state = Self.state()
        for _ in 0..<3 { Self.receive(&state, .pipelined, .more) }
        _ = Self.start(&state)
        Self.answer(&state, 0, "a")
        Self.answer(&state, 1, "b")
        Self.answer(&state, 2, "c")
        for number in 0..<3 as Range<UInt64> {
            let isTaken = state.answered(number, with: Self.one, isLast: false)
            let isTakenAsLast = state.answered(number, with: Self.one, isLast: true)
            #expect(!isTaken && !isTakenAsLast)
        }
        Self.receive(&state, .pipelined, .more)
        Self.receive(&state, .pipelined, .more)
        _ = Self.start(&state)
        Self.answer(&state, 4, "e")
        let isTaken = state.answered(4, with: Self.one, isLast: false)
        #expect(!isTaken)
        Self.answer(&state, 3, "d")
        #expect(Self.ready(&state) == "abcde")
    }

    @Test("a oneway call has no reply but keeps its place in the order")
    func oneway() {
        var state = Self.state()
        Self.receive(&state, .alone, .oneway)
        Self.receive(&state, .pipelined)
        #expect(Self.start(&state) == [0])
        Self.answer(&state, 0, "never")
        #expect(Self.start(&state) == [1])
        Self.answer(&state, 1, "a")
        #expect(Self.ready(&state) == "a")
    }

    @Test("at its bounds of calls and of their bytes it takes no more, until one is answered")
    func bounds() {
        var state = Self.state { $0.callsInFlight = 2 }
        Self.receive(&state, .pipelined)
        #expect(state.acceptsCalls)
        Self.receive(&state, .pipelined)
        #expect(!state.acceptsCalls)
        _ = Self.start(&state)
        Self.answer(&state, 1, "b")
        #expect(!state.acceptsCalls, "the second is answered but waits for its turn")
        Self.answer(&state, 0, "a")
        #expect(state.acceptsCalls)

        var heavy = Self.state { $0.callBytesInFlight = 100 }
        Self.receive(&heavy, .pipelined, size: 1000)
        #expect(!heavy.acceptsCalls)
        _ = Self.start(&heavy)
        Self.answer(&heavy, 0, "a")
        #expect(heavy.acceptsCalls)
    }

    @Test("while the client does not read nothing starts and nothing is taken in")
    func unwritable() {
        var state = Self.state()
        Self.receive(&state, .pipelined)
        state.writabilityChanged(to: false)
        #expect(!state.acceptsCalls && Self.start(&state) == [])
        state.writabilityChanged(to: true)
        #expect(state.acceptsCalls && Self.start(&state) == [0])
    }

    @Test("after the last call it is finished when that is answered")
    func inputEnded() {
        var state = Self.state()
        Self.receive(&state, .alone)
        Self.receive(&state, .alone)
        state.inputEnded()
        #expect(!state.acceptsCalls && !state.isFinished)
        #expect(Self.start(&state) == [0])
        Self.answer(&state, 0, "a")
        #expect(Self.start(&state) == [1])
        Self.answer(&state, 1, "b")
        #expect(state.isFinished && Self.ready(&state) == "ab")

        var idle = Self.state()
        idle.inputEnded()
        #expect(idle.isFinished)
    }

    @Test("when the client is gone, what waits for a reply is dropped and oneway calls go on in order")
    func disconnected() {
        var state = Self.state()
        Self.receive(&state, .alone)
        Self.receive(&state, .alone)
        Self.receive(&state, .alone, .oneway)
        Self.receive(&state, .alone, .oneway)
        #expect(Self.start(&state) == [0])
        state.disconnected()
        Self.receive(&state, .alone)
        Self.receive(&state, .alone, .oneway)
        #expect(Self.start(&state) == [])
        Self.answer(&state, 0, "nobody reads this")
        #expect(state.takeReady() == nil)
        #expect(Self.start(&state) == [2])
        Self.answer(&state, 2, "")
        #expect(Self.start(&state) == [3])
        Self.answer(&state, 3, "")
        #expect(Self.start(&state) == [4])
        state.inputEnded()
        #expect(!state.isFinished)
        Self.answer(&state, 4, "")
        #expect(state.isFinished)
    }

    @Test("a client that went away does not stop its oneway calls by not reading")
    func disconnectedUnwritable() {
        var state = Self.state()
        Self.receive(&state, .pipelined, .oneway)
        state.writabilityChanged(to: false)
        state.disconnected()
        #expect(Self.start(&state) == [0])
    }

    @Test("a stop drops what waits and lets what runs be answered")
    func stop() {
        var state = Self.state()
        Self.receive(&state, .pipelined)
        Self.receive(&state, .pipelined)
        Self.receive(&state, .alone)
        Self.receive(&state, .pipelined, .oneway)
        #expect(Self.start(&state) == [0, 1])
        state.stop()
        #expect(Self.start(&state) == [] && !state.isFinished)
        Self.answer(&state, 1, "b")
        Self.answer(&state, 0, "a")
        #expect(state.isFinished && Self.ready(&state) == "ab")
    }

    @Test(
        "in any order of events the replies come out in the order of the calls",
        arguments: 1...20 as ClosedRange<UInt64>)
    func randomOrder(seed: UInt64) {
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        func choose(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1
            return Int(random >> 33) % count
        }
        var state = Self.state { $0.callsInFlight = 8 }
        var orderings: [Ordering] = []
        var running: [UInt64] = []
        var output = ""
        while orderings.count < 500 || !running.isEmpty {
            if orderings.count < 500, state.acceptsCalls, choose(2) == 0 {
                let ordering: Ordering = choose(3) == 0 ? .alone : .pipelined
                orderings.append(ordering)
                Self.receive(&state, ordering)
            } else if !running.isEmpty {
                let number = running.remove(at: choose(running.count))
                Self.answer(&state, number, "\(number),")
            }
            for number in Self.start(&state) {
                #expect(orderings[Int(number)] == .pipelined || running.isEmpty)
                #expect(running.allSatisfy { orderings[Int($0)] == .pipelined })
                running.append(number)
            }
            output += Self.ready(&state)
        }
        #expect(output == (0..<500).map { "\($0)," }.joined())
    }
}
