import SeededRandom
import Testing

@testable import JobDaemon

@Suite("Requests for metrics")
struct HTTPRequestTests {
    private func verdict(_ text: String) -> HTTPRequestReader.Verdict? {
        var reader = HTTPRequestReader()
        return reader.take(Array(text.utf8))
    }

    private static let good = [
        "GET /metrics HTTP/1.1\r\nHost: localhost:9847\r\n\r\n",
        "GET /metrics HTTP/1.0\r\n\r\n",
        "GET /metrics?name[]=a HTTP/1.1\r\nhost:x\r\nContent-Length: 0\r\nAccept: */*;q=0.1\r\n\r\n",
    ]

    @Test("what scrapers send is answered", arguments: good)
    func metrics(text: String) {
        #expect(verdict(text) == .metrics)
    }

    @Test(
        "everything else is refused with the status that says why",
        arguments: [
            ("POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n", HTTPStatus.methodNotAllowed),
            ("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", .methodNotAllowed),
            ("get /metrics HTTP/1.1\r\nHost: x\r\n\r\n", .methodNotAllowed),
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", .notFound),
            ("GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", .notFound),
            ("GET /metrics/../etc HTTP/1.1\r\nHost: x\r\n\r\n", .notFound),
            ("GET http://x/metrics HTTP/1.1\r\nHost: x\r\n\r\n", .notFound),
            ("GET /metrics HTTP/2.0\r\nHost: x\r\n\r\n", .versionNotSupported),
            ("GET /metrics HTTP/1.1\r\n\r\n", .bad), ("GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .bad),
            ("GET /metrics\r\n\r\n", .bad), ("GET  /metrics HTTP/1.1\r\nHost: x\r\n\r\n", .bad),
            (" GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", .bad), ("\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost : x\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost: x\ry\r\n\r\n", .bad), ("GET /metrics HTTP/1.1\nHost: x\r\n\r\n", .bad),
            ("GET /metrics HTTP/1.1\r\nHost: x\u{0}\r\n\r\n", .bad),
            (String(repeating: "x", count: 9000), .headTooLarge),
            ("GET /metrics HTTP/1.1\r\nHost: \(String(repeating: "x", count: 8200))\r\n\r\n", .headTooLarge),
        ])
    func refusals(text: String, status: HTTPStatus) {
        #expect(verdict(text) == .refuse(status))
    }

    @Test("a head may come in pieces, and nothing is answered before its end")
    func pieces() {
        for text in Self.good {
            var reader = HTTPRequestReader()
            let bytes = Array(text.utf8)
            for byte in bytes.dropLast() { #expect(reader.take([byte]) == nil) }
            #expect(reader.take([bytes[bytes.count - 1]]) == .metrics)
        }
    }

    @Test("what is answered does not depend on the pieces, whatever comes", arguments: 0..<20)
    func noise(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            var bytes = Array((Self.good.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(7), at: place)
                }
            }
            var whole = HTTPRequestReader()
            let expected = whole.take(bytes)
            var reader = HTTPRequestReader()
            var verdict: HTTPRequestReader.Verdict?
            var rest = bytes[...]
            while verdict == nil, !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...20, using: &random))
                rest = rest.dropFirst(piece.count)
                verdict = reader.take(piece)
            }
            #expect(verdict == expected, "\(String(decoding: bytes, as: UTF8.self))")
            if verdict == .metrics { #expect(bytes.starts(with: "GET /metrics".utf8)) }
        }
    }
}
