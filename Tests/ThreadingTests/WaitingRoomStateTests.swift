import Testing

@testable import Threading

@Suite("WaitingRoomState") struct WaitingRoomStateTests {
    /// So many sleep, and of those so many were told to wake.
    private func state(sleepers: Int, woken: Int = 0) -> WaitingRoomState {
        var state = WaitingRoomState()
        for _ in 0..<sleepers { state.arrive() }
        if woken > 0 { _ = state.wake(upTo: woken) }
        return state
    }

    @Test("the first who arrives calls for work, and one who comes by wakes it") func first() {
        var state = state(sleepers: 1)
        #expect(state.isWanted)
        #expect(state.wake(upTo: 1) == 1)
        #expect(state.sleepers == 0)
        #expect(state.woken == 1)
        #expect(state.takeCall() == true)
        #expect(state.takeCall() == false)
        #expect(state.woken == 0)
    }

    @Test("nobody is woken while another is on its way, and the rest call when it is here") func oneAtATime() {
        var state = state(sleepers: 3, woken: 1)
        while state.isWanted { #expect(state.wake(upTo: 1) == 0) }
        #expect(state.sleepers == 2)
        #expect(state.takeCall() == true)
        #expect(state.isWanted)
        #expect(state.wake(upTo: 5) == 2)
    }

    @Test("the call outlives a few who come by in vain, not many") func vain() {
        var state = state(sleepers: 1, woken: 1)
        #expect(state.takeCall() == true)
        #expect(state.isWanted)
        #expect(state.wake(upTo: 1) == 0)
        #expect(state.isWanted)
        for _ in 0..<10 { #expect(state.wake(upTo: 1) == 0) }
        #expect(!state.isWanted)
        state.arrive()
        #expect(state.isWanted)
        #expect(state.wake(upTo: 1) == 1)
    }

    @Test("one who arrives while another is on its way is called for by that one") func lateArrival() {
        var state = state(sleepers: 1, woken: 1)
        while state.isWanted { _ = state.wake(upTo: 1) }
        state.arrive()
        #expect(!state.isWanted)
        #expect(state.takeCall() == true)
        #expect(state.isWanted)
    }

    @Test("who leaves early takes over a call, if there is one") func leave() {
        var called = state(sleepers: 2, woken: 1)
        called.leave()
        #expect(called.woken == 0)
        #expect(called.sleepers == 1)
        #expect(called.isWanted)

        var uncalled = state(sleepers: 2)
        uncalled.leave()
        #expect(uncalled.sleepers == 1)
        #expect(uncalled.wake(upTo: 2) == 1)
    }

    @Test("waking all leaves nobody, however many were on their way") func wakeAll() {
        var state = state(sleepers: 4, woken: 1)
        state.wakeAll()
        #expect(state.sleepers == 0)
        #expect(state.woken == 4)
        #expect(!state.isWanted)
        for _ in 0..<4 { #expect(state.takeCall() == true) }
        #expect(state.takeCall() == false)
    }
}
