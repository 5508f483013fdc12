import Foundation
import Testing
import Threading

/// The example programs do what they say.
///
/// They are built together with these tests.
@Suite("The examples") struct ExampleTests {
    /// Runs an example to its end and gives its exit status, output and errors.
    private func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = try #require(folder).appending(path: name)
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let errorText = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: errorText, as: UTF8.self)
        )
    }

    /// Where the built programs are: beside the tests.
    private var folder: URL? {
        let arguments = CommandLine.arguments
        guard let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count else {
            return Bundle.main.executableURL?.deletingLastPathComponent()
        }
        return URL(filePath: arguments[flag + 1]).deletingLastPathComponent()
    }

    @Test("progress-watch ends with its work, while its daemon thread still watches") func progressWatch() throws {
        let result = try run("progress-watch", ["300000"])
        #expect(result.status == 0)
        #expect(result.output == "25997 primes below 300000\n")
        #expect(result.errors.contains("progress-watch: "))
    }

    @Test("fetch-all gives results in order and an error for each address that fails") func fetchAll() throws {
        let server = try LocalServer()
        let addresses = (0..<20).map { "http://127.0.0.1:\(server.port)/\($0 == 7 ? "missing" : "\($0)")" }
        let result = try run("fetch-all", addresses)
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 1)
        #expect(lines.count == 20)
        for (number, (line, address)) in zip(lines, addresses).enumerated() {
            let expected = number == 7 ? "failed: curl ended with 22" : "status 200, \(number) bytes"
            #expect(line == "\(address): \(expected)")
        }
        #expect(try run("fetch-all", Array(addresses[..<3])).status == 0)
    }

    @Test("checksum-files finds each file once, and says so when one cannot be read") func checksumFiles() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: root.appending(path: "sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for number in 0..<200 {
            let name = number.isMultiple(of: 2) ? "\(number)" : "sub/\(number)"
            try Data("a".utf8).write(to: root.appending(path: name))
        }
        let result = try run("checksum-files", [root.path()])
        let lines = Set(result.output.split(separator: "\n"))
        #expect(result.status == 0)
        #expect(lines.count == 200)
        #expect(lines.contains("af63dc4c8601ec8c \(root.path())/0"))
        #expect(lines.contains("af63dc4c8601ec8c \(root.path())/sub/1"))
        #expect(try run("checksum-files", [root.path() + "/none"]).output.isEmpty)
    }
}

/// Answers HTTP requests for `/N` with N bytes, and others with 404, on a port of 127.0.0.1.
private final class LocalServer: Sendable {
    let port: UInt16
    private let socket: Int32

    init() throws {
        struct NoSocket: Error {}
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (isBound, isNamed) = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                (bind(listener, address, size) == 0, getsockname(listener, address, &size) == 0)
            }
        }
        guard isBound, isNamed, listen(listener, 64) == 0 else { throw NoSocket() }
        socket = listener
        port = UInt16(bigEndian: address.sin_port)
        // It ends with the socket.
        _ = try DaemonThread(name: "server") {
            while case let client = accept(listener, nil, nil), client >= 0 { Self.answer(client) }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private static func answer(_ client: Int32) {
        defer { close(client) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(client, &buffer, buffer.count)
        guard count > 0 else { return }
        let path = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ").dropFirst().first ?? ""
        let bytes = Int(path.dropFirst())
        let head = "HTTP/1.0 \(bytes == nil ? "404 Not Found" : "200 OK")\r\nContent-Length: \(bytes ?? 0)\r\n\r\n"
        let reply = Array((head + String(repeating: "x", count: bytes ?? 0)).utf8)
        _ = write(client, reply, reply.count)
    }
}
