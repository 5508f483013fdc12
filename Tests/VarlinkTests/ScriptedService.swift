import Foundation
import Kernel

/// A service that takes one connection, reads and writes what a test says, and hangs up.
final class ScriptedService: Sendable {
    /// What it does, in order.
    enum Step {
        /// Reads until that many messages have come.
        case read(messages: Int)
        /// Writes these bytes.
        case write([UInt8])
        /// Waits until the client is gone.
        case waitForEnd

        /// Writes that text and a zero byte.
        static func say(_ text: String) -> Step { .write(Array(text.utf8) + [0]) }
    }

    let path: String
    private let folder: String
    private let done = DispatchSemaphore(value: 0)
    /// The messages read; only for the script's thread until it is done.
    private let received = Received()

    private final class Received: @unchecked Sendable {
        var messages: [String] = []
    }

    init(_ steps: [Step]) throws {
        folder = NSTemporaryDirectory() + "varlink-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/socket"
        let listener = try UnixListener.bind(path: path, mode: 0o600).release()
        let thread = Thread { [done, received] in
            let connection = accept(listener, nil, nil)
            for step in steps { Self.perform(step, connection, received) }
            close(connection)
            close(listener)
            done.signal()
        }
        thread.start()
    }

    /// What the client sent, once the script is at its end.
    func messages() throws -> [String] {
        guard done.wait(timeout: .now() + 20) == .success else { throw Failure.scriptNotDone }
        try FileManager.default.removeItem(atPath: folder)
        return received.messages
    }

    enum Failure: Error {
        case scriptNotDone
    }

    private static func perform(_ step: Step, _ connection: Int32, _ received: Received) {
        switch step {
        case .read(let count):
            var bytes: [UInt8] = []
            var byte: UInt8 = 1
            var left = count
            while left > 0, recv(connection, &byte, 1, 0) == 1 {
                if byte == 0 {
                    received.messages.append(String(decoding: bytes, as: UTF8.self))
                    bytes = []
                    left -= 1
                } else {
                    bytes.append(byte)
                }
            }
        case .write(let bytes):
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        case .waitForEnd:
            var byte: UInt8 = 1
            while recv(connection, &byte, 1, 0) == 1 {}
        }
    }
}
