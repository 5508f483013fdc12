import Testing

@testable import Threading

@Suite("FutureState") struct FutureStateTests {
    /// Each phase, reached by the events that lead to it.
    private func state(_ phase: FutureState.Phase) -> FutureState {
        var state = FutureState()
        switch phase {
        case .pending: break
        case .running: _ = state.begin()
        case .settling: _ = state.settle()
        case .done:
            _ = state.settle()
            state.finish()
        case .cancelled: _ = state.cancel()
        }
        return state
    }

    @Test("begin goes from pending to running and is refused after a cancellation") func begin() {
        var pending = state(.pending)
        #expect(pending.begin() == true)
        #expect(pending.phase == .running)
        var cancelled = state(.cancelled)
        #expect(cancelled.begin() == false)
        #expect(cancelled.phase == .cancelled)
    }

    @Test("settle goes from pending and running, and is refused after a cancellation") func settle() {
        for phase in [FutureState.Phase.pending, .running] {
            var state = state(phase)
            #expect(state.settle() == true)
            #expect(state.phase == .settling)
        }
        var cancelled = state(.cancelled)
        #expect(cancelled.settle() == false)
    }

    @Test("cancel works while pending, and again afterwards") func cancel() {
        let expected: [(FutureState.Phase, FutureState.Cancellation)] = [
            (.pending, .cancelled), (.running, .tooLate), (.settling, .tooLate), (.done, .tooLate),
            (.cancelled, .wasCancelled),
        ]
        for (phase, answer) in expected {
            var state = state(phase)
            #expect(state.cancel() == answer)
        }
    }

    @Test("observing changes nothing else and stays") func observe() {
        for phase in [FutureState.Phase.pending, .running, .settling, .done, .cancelled] {
            var state = state(phase)
            #expect(!state.isObserved)
            state.observe()
            #expect(state.isObserved)
            #expect(state.phase == phase)
            #expect(state.isFinal == (phase == .done || phase == .cancelled))
        }
    }

    @Test("what must not happen is a trap") func traps() async {
        await #expect(processExitsWith: .failure) {
            var state = FutureState()
            _ = state.begin()
            _ = state.begin()
        }
        await #expect(processExitsWith: .failure) {
            var state = FutureState()
            _ = state.settle()
            _ = state.begin()
        }
        await #expect(processExitsWith: .failure) {
            var state = FutureState()
            _ = state.settle()
            _ = state.settle()
        }
        await #expect(processExitsWith: .failure) {
            var state = FutureState()
            state.finish()
        }
    }
}
