import Testing

@testable import Systemd

@Suite("Journal")
struct JournalTests {
    @Test(
        "a name that the journal would keep is taken",
        arguments: ["MESSAGE", "A", "JOBD_JOB", "X9_", String(repeating: "A", count: 64)])
    func goodNames(_ name: String) throws {
        #expect(try JournalField.Name(name).description == name)
    }

    @Test(
        "a name that the journal would drop is refused",
        arguments: [
            "", "message", "_PID", "9LIVES", "A-B", "A B", "A=B", "Ä", String(repeating: "A", count: 65),
        ])
    func badNames(_ name: String) {
        #expect(throws: SystemdError.invalidFieldName(name)) { try JournalField.Name(name) }
    }

    @Test("a name cannot break the protocol's lines")
    func lineBreakingNames() {
        for name in ["A\nB", "A\0"] {
            #expect(throws: SystemdError.invalidFieldName(name)) { try JournalField.Name(name) }
        }
    }

    @Test("a field is its name, '=' and the very bytes")
    func encoding() throws {
        let name = try JournalField.Name("JOBD_JOB")
        #expect(JournalField(name, 42).encoded == Array("JOBD_JOB=42".utf8))
        #expect(JournalField(name, "").encoded == Array("JOBD_JOB=".utf8))
        #expect(JournalField(.message, "zwölf\nzeilen").encoded == Array("MESSAGE=zwölf\nzeilen".utf8))
        let bytes: [UInt8] = [0, 10, 61, 255]
        #expect(JournalField(.message, bytes).encoded == Array("MESSAGE=".utf8) + bytes)
        #expect(JournalField(.message, bytes[1...2]).encoded == Array("MESSAGE=\n=".utf8))
    }

    @Test("a journal is reachable where a socket receives, and only there")
    func reachable() throws {
        let socket = try ReceivingSocket()
        #expect(Journal.listens(at: socket.path))
        #expect(!Journal.listens(at: socket.path + ".gone"))
        #expect(!Journal.listens(at: "/" + String(repeating: "long", count: 100)))
    }

    @Test("an entry without fields is an error")
    func emptyEntry() {
        #expect(throws: SystemdError.failed(call: "sd_journal_sendv", errno: 22)) { try Journal.send([]) }
    }

    @Test("an entry is sent whatever its size, and is dropped in silence where no journal is")
    func send() throws {
        try Journal.send([
            JournalField(.message, "a test of the Systemd library"), JournalField(.priority, 7),
            JournalField(JournalField.Name("LARGE"), [UInt8](repeating: 10, count: 300_000)),
        ])
    }
}
