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

    @Test("no value can become a field of its own, whatever is in it")
    func forging() throws {
        let values = [
            "x\nJOBD_JOB=1\nPRIORITY=0", "\nMESSAGE_ID=0123456789abcdef0123456789abcdef\n", "=\n\n=", "a\0\nMESSAGE=b",
            "\u{8}\0\0\0\0\0\0\0JOBD_JOB=1\n", "\r\nJOBD_JOB=1\r\n", "",
        ]
        for value in values {
            var bytes = JournalSocket.encoded(try fields(value) + [JournalField(try .init("JOBD_NAME"), value)])[...]
            var names: [String] = []
            while !bytes.isEmpty {
                let (name, read) = Self.takeField(&bytes)
                names.append(name)
                #expect(name == "JOBD_JOB" ? read == Array("42".utf8) : read == Array(value.utf8), "\(value)")
            }
            #expect(names == ["MESSAGE", "JOBD_JOB", "JOBD_NAME"])
        }
    }

    /// As journald reads it (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).
    private static func takeField(_ bytes: inout ArraySlice<UInt8>) -> (name: String, value: [UInt8]) {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        bytes = bytes.dropFirst(line.count + 1)
        if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
            return (String(decoding: line[..<equals], as: UTF8.self), Array(line[equals...].dropFirst()))
        }
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let value = Array(bytes.dropFirst(8).prefix(length))
        bytes = bytes.dropFirst(8 + length + 1)
        return (String(decoding: line, as: UTF8.self), value)
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
