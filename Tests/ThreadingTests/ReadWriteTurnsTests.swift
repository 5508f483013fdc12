import Testing

@testable import Threading

@Suite("ReadWriteTurns") struct ReadWriteTurnsTests {
    @Test("readers are in together, a writer is in alone") func alone() {
        var turns = ReadWriteTurns()
        #expect(turns.beginReading(hasWaited: false) == true)
        #expect(turns.beginReading(hasWaited: false) == true)
        #expect(turns.beginWriting(hasWaited: false) == false)
        #expect(turns.endReading() == .nobody)
        #expect(turns.beginWriting(hasWaited: true) == false)
        #expect(turns.endReading() == .writer)
        #expect(turns.beginWriting(hasWaited: true) == true)
        #expect(turns.beginWriting(hasWaited: false) == false)
        #expect(turns.beginReading(hasWaited: false) == false)
    }

    @Test("a writer that waits keeps new readers out, and they go before the next writer") func fair() {
        var turns = ReadWriteTurns()
        #expect(turns.beginReading(hasWaited: false) == true)
        #expect(turns.beginWriting(hasWaited: false) == false)
        #expect(turns.beginReading(hasWaited: false) == false)
        #expect(turns.endReading() == .writer)
        #expect(turns.beginWriting(hasWaited: true) == true)
        #expect(turns.beginWriting(hasWaited: false) == false)
        #expect(turns.endWriting() == .readers)
        #expect(turns.beginWriting(hasWaited: true) == false)
        #expect(turns.beginReading(hasWaited: true) == true)
        #expect(turns.endReading() == .writer)
        #expect(turns.beginWriting(hasWaited: true) == true)
    }

    @Test("a reader that comes while others are on their way in need not wait: there would be nobody to wake it")
    func late() {
        var turns = ReadWriteTurns()
        #expect(turns.beginWriting(hasWaited: false) == true)
        #expect(turns.beginReading(hasWaited: false) == false)
        #expect(turns.endWriting() == .readers)
        #expect(turns.beginReading(hasWaited: false) == true)
        #expect(turns.endReading() == .writer)
        #expect(turns.beginReading(hasWaited: true) == true)
        #expect(turns.endReading() == .writer)
        #expect(turns.beginWriting(hasWaited: false) == true)
    }

    @Test("in any order of events all who wait get in, and writers alone", arguments: [1, 2, 3, 4])
    func nobodyIsForgotten(seed: UInt64) {
        var random = QueueStressTests.Seeded(state: seed)
        for _ in 0..<500 {
            var round = TurnsRound(random: &random)
            #expect(round.run(&random) == true)
        }
    }
}

/// A few readers and writers that each go in once, in a random order, woken only as the turns say.
private struct TurnsRound {
    private enum Place { case outside, asleep, woken, inside, gone }

    private var turns = ReadWriteTurns()
    private var places: [(isWriter: Bool, place: Place)]

    init(random: inout QueueStressTests.Seeded) {
        places = (0..<Int.random(in: 2...5, using: &random)).map { _ in (Bool.random(using: &random), .outside) }
    }

    /// Whether all have come and gone, the writers alone.
    mutating func run(_ random: inout QueueStressTests.Seeded) -> Bool {
        while let index = places.indices.filter({ ![.asleep, .gone].contains(places[$0].place) })
            .randomElement(using: &random)
        {
            if places[index].place == .inside { leave(index, &random) } else { ask(index) }
            let inside = places.filter { $0.place == .inside }
            if inside.count > 1, inside.contains(where: \.isWriter) { return false }
        }
        return places.allSatisfy { $0.place == .gone }
    }

    private mutating func ask(_ index: Int) {
        let hasWaited = places[index].place == .woken
        let isIn =
            places[index].isWriter
            ? turns.beginWriting(hasWaited: hasWaited) : turns.beginReading(hasWaited: hasWaited)
        places[index].place = isIn ? .inside : .asleep
    }

    private mutating func leave(_ index: Int, _ random: inout QueueStressTests.Seeded) {
        let next = places[index].isWriter ? turns.endWriting() : turns.endReading()
        places[index].place = .gone
        let asleep = places.indices.filter { places[$0].place == .asleep }
        switch next {
        case .readers: for index in asleep where !places[index].isWriter { places[index].place = .woken }
        case .writer:
            if let index = asleep.filter({ places[$0].isWriter }).randomElement(using: &random) {
                places[index].place = .woken
            }
        case .nobody: break
        }
    }
}
