import Testing
import Threading

@Suite("Event") struct EventTests {
    @Test("an event is down until it is set and after it is cleared") func setAndClear() {
        let event = Event()
        #expect(!event.isSet)
        event.set()
        event.set()
        #expect(event.isSet)
        #expect(event.wait())
        event.clear()
        #expect(!event.isSet)
        #expect(!event.wait(until: .briefly))
    }

    @Test("setting wakes everybody") func wakesAll() throws {
        let event = Event()
        try concurrently([{ event.set() }] + Array(repeating: { #expect(event.wait(until: .minute)) }, count: 5))
    }
}
