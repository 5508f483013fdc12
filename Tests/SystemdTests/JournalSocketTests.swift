import Testing

@testable import Systemd

/// Entries of which it is better to lose some than to wait.
struct JournalSocketTests {
    private func fields(_ text: String) throws -> [JournalField] {
        [JournalField(.message, text), JournalField(try .init("JOBD_JOB"), 42)]
    }

    @Test("an entry arrives as the native protocol has it, one with newlines with its length")
    func encoding() throws {
        let receiver = try ReceivingSocket()
        let journal = try JournalSocket(path: receiver.path)
        #expect(try journal.offer(fields("a=b")))
        #expect(receiver.next() == "MESSAGE=a=b\nJOBD_JOB=42\n")
        #expect(try journal.offer(fields("a\nb")))
        #expect(receiver.next() == "MESSAGE\n\u{3}\0\0\0\0\0\0\0a\nb\nJOBD_JOB=42\n")
    }

    @Test("where the journal does not read, or is not there, an entry is refused and nobody waits")
    func refusal() throws {
        let receiver = try ReceivingSocket()
        let journal = try JournalSocket(path: receiver.path)
        var taken = 0
        while taken < 100_000, try journal.offer(fields("\(taken)")) { taken += 1 }
        #expect(taken < 100_000)
        #expect(receiver.next()?.hasPrefix("MESSAGE=0\n") == true)
        #expect(try journal.offer(fields("again")))
        #expect(try !JournalSocket(path: receiver.path + "-gone").offer(fields("x")))
    }
}
