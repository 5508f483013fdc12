import Varlink

/// A connection's bytes: however they are cut, the messages are what stands between zero bytes, up to the first that is
/// too large; and a call or a reply that was read can be written and read again as the same.
///
/// The first two bytes say how large a message may be and in what pieces the rest comes.
enum MessagesTarget {
    static func check(_ input: [UInt8]) throws(Broken) {
        guard input.count >= 2 else { return }
        let maximum = Int(input[0]) * 16
        let stream = input[2...]
        let (messages, isBroken) = try framed(stream, maximum: maximum, pieces: Int(input[1]))

        var expected: [[UInt8]] = []
        var rest = stream
        while let end = rest.firstIndex(of: 0), end - rest.startIndex <= maximum {
            expected.append(Array(rest[..<end]))
            rest = rest[(end + 1)...]
        }
        let isTooLarge = (rest.firstIndex(of: 0) ?? rest.endIndex) - rest.startIndex > maximum
        try expectEqual(messages, expected, "messages of at most \(maximum) bytes")
        try expectEqual(isBroken, isTooLarge, "a message of more than \(maximum) bytes is refused, and no other")
        for message in messages {
            try checkCall(message)
            try checkReply(message)
        }
    }

    /// The messages, and whether the framer refused one.
    private static func framed(
        _ stream: ArraySlice<UInt8>, maximum: Int, pieces: Int
    ) throws(Broken) -> ([[UInt8]], isBroken: Bool) {
        var framer = MessageFramer(maximumSize: maximum)
        var messages: [[UInt8]] = []
        var rest = stream
        var taken = 0
        while !rest.isEmpty {
            let piece = rest.prefix(1 + (pieces &* (rest.count & 31)) % 61)
            rest = rest.dropFirst(piece.count)
            framer.append(Array(piece))
            do throws(MessageError) {
                while let message = try framer.next({ (span) throws(MessageError) in
                    span.withUnsafeBufferPointer { Array($0) }
                }) {
                    messages.append(message)
                    taken += message.count + 1
                }
            } catch {
                return (messages, true)
            }
            try expectEqual(framer.bufferedBytes, stream.count - rest.count - taken, "what waits is counted")
        }
        return (messages, false)
    }

    private static func checkCall(_ message: [UInt8]) throws(Broken) {
        guard let call = try? Call(parsing: message.span) else { return }
        var written: [UInt8] = []
        call.serialize(into: &written)
        try expect(written.popLast() == 0 && !written.contains(0), "one zero byte ends a call")
        try expect((try? Call(parsing: written.span)) == call, "a call reads as it was: \(call)")
    }

    private static func checkReply(_ message: [UInt8]) throws(Broken) {
        guard let reply = try? Reply(parsing: message.span) else { return }
        var written: [UInt8] = []
        reply.serialize(into: &written)
        try expect(written.popLast() == 0 && !written.contains(0), "one zero byte ends a reply")
        try expect((try? Reply(parsing: written.span)) == reply, "a reply reads as it was: \(reply)")
    }
}
