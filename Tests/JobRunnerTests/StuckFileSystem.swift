import Glibc
import Kernel

/// A file system that never answers (FUSE): who asks for a file in it sleeps uninterruptibly until it is let go.
final class StuckFileSystem {
    private let device: Descriptor
    private let path: String

    /// Root may mount, where the kernel has FUSE.
    static var isPossible: Bool { geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0 }

    init(at path: String) throws {
        self.path = path
        try Directory.make(path, mode: 0o755)
        device = try Descriptor.open("/dev/fuse", O_RDWR)
        let options = "fd=\(device.rawValue),rootmode=40000,user_id=0,group_id=0,allow_other"
        try systemCall("mount") { mount("stuck", path, "fuse", 0, options) }
        try answerInit()
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    private enum Operation {
        static let lookUp: UInt32 = 1
        static let initialise: UInt32 = 26
    }

    /// Waits until somebody asks for a file; from then on they sleep.
    ///
    /// - Returns: the number of the question.
    func waitForQuestion() throws -> UInt64 {
        while true {
            let question = try read()
            if question.operation == Operation.lookUp { return question.number }
            try answer(question.number, error: ENOSYS)
        }
    }

    /// Lets the one who asked go.
    func letGo(_ question: UInt64) throws { try answer(question, error: EIO) }

    private func answerInit() throws {
        let question = try read()
        guard question.operation == Operation.initialise else { throw SystemError(call: "fuse init", code: EPROTO) }
        // struct fuse_init_out: version 7.31, then what the kernel may send at once.
        let body: [UInt32] = [7, 31, 0, 0, 0, 4096, 1, 0] + Array(repeating: 0, count: 8)
        try answer(question.number, error: 0, body: body)
    }

    /// Reads one request: struct fuse_in_header.
    private func read() throws -> (operation: UInt32, number: UInt64) {
        var poller = Poller()
        poller.add(device.rawValue, for: .reading)
        guard try poller.wait(until: .now + RunnerHarness.patience) else {
            throw SystemError(call: "fuse read", code: ETIMEDOUT)
        }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        _ = try device.read(into: &buffer)
        return buffer.withUnsafeBytes {
            ($0.loadUnaligned(fromByteOffset: 4, as: UInt32.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// Writes one answer: struct fuse_out_header and what follows it.
    private func answer(_ number: UInt64, error: Int32, body: [UInt32] = []) throws {
        let numbers = [
            UInt32(16 + body.count * 4), UInt32(bitPattern: -error), UInt32(truncatingIfNeeded: number),
            UInt32(truncatingIfNeeded: number >> 32),
        ]
        try device.write(all: (numbers + body).flatMap { number in withUnsafeBytes(of: number) { Array($0) } })
    }
}
