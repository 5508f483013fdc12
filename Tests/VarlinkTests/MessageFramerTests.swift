import Testing
import Varlink

/// Bytes in, messages out.
struct MessageFramerTests {
    private static func next(_ framer: inout MessageFramer) throws(MessageError) -> String? {
        try framer.next { message throws(MessageError) in
            var bytes: [UInt8] = []
            for index in message.indices { bytes.append(message[index]) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func all(_ framer: inout MessageFramer) throws(MessageError) -> [String] {
        var messages: [String] = []
        while let message = try next(&framer) { messages.append(message) }
        return messages
    }

    @Test("messages come out whole however their bytes came in", arguments: 1...11)
    func pieces(size: Int) throws {
        let bytes = Array("one\0two\0\0four is longer\0five".utf8)
        var framer = MessageFramer()
        var messages: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            framer.append(Array(bytes[start..<min(start + size, bytes.count)]))
            messages += try Self.all(&framer)
        }
        #expect(messages == ["one", "two", "", "four is longer"])
        #expect(framer.bufferedBytes == 4)
        framer.append([0])
        #expect(try Self.all(&framer) == ["five"])
        #expect(framer.bufferedBytes == 0)
    }

    @Test("a message of the largest size is taken, one byte more is refused, ended or not")
    func bound() throws {
        var framer = MessageFramer(maximumSize: 5)
        framer.append(Array("12345\0".utf8))
        #expect(try Self.all(&framer) == ["12345"])
        framer.append(Array("12345".utf8))
        #expect(try Self.all(&framer) == [])
        framer.append(Array("6".utf8))
        #expect(throws: MessageError.self) { try Self.all(&framer) }
        var other = MessageFramer(maximumSize: 5)
        other.append(Array("123456\0".utf8))
        #expect(throws: MessageError.self) { try Self.all(&other) }
    }

    @Test("a message that the reader refuses is stepped over")
    func refusal() throws {
        var framer = MessageFramer()
        framer.append(Array("bad\0good\0".utf8))
        #expect(throws: MessageError.self) {
            try framer.next { _ throws(MessageError) -> String in throw MessageError(problem: "bad") }
        }
        #expect(try Self.all(&framer) == ["good"])
    }

    @Test("a large message in very small pieces costs no more than its size")
    func noRescan() throws {
        // Looked at again for each piece these would be 2 * 10^12 bytes to look at, which no test run lives to see.
        var framer = MessageFramer()
        let piece = [UInt8](repeating: 0x61, count: 4)
        for _ in 0..<(2 << 20) {
            framer.append(piece)
            #expect(try Self.next(&framer) == nil)
        }
        framer.append([0])
        #expect(try framer.next { message throws(MessageError) in message.count } == 8 << 20)
    }

    @Test("very many small messages in one piece cost no more than their size")
    func manyMessages() throws {
        var framer = MessageFramer()
        framer.append([UInt8](repeating: 0, count: 1 << 20))
        var count = 0
        while let size = try framer.next({ message throws(MessageError) in message.count }) {
            #expect(size == 0)
            count += 1
        }
        #expect(count == 1 << 20)
    }
}
