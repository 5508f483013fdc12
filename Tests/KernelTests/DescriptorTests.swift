import Glibc
import Kernel
import Testing

/// Descriptors, files and folders.
@Suite(.serialized)
struct DescriptorTests {
    @Test("a descriptor is closed once, when its owner lets go of it")
    func closes() throws {
        let before = try openDescriptors()
        var number: Int32 = -1
        do {
            let descriptor = try Descriptor.open("/dev/null", O_RDONLY)
            number = descriptor.rawValue
            #expect(try openDescriptors() == before.union([number]))
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
        #expect(try openDescriptors() == before)
    }

    @Test("a descriptor that was given away is not closed")
    func releases() throws {
        let number = try Descriptor.open("/dev/null", O_RDONLY).release()
        #expect(fcntl(number, F_GETFD) != -1)
        do { _ = Descriptor(owning: number) }
        #expect(fcntl(number, F_GETFD) == -1)
    }

    @Test("both ends of a pipe are closed, together or one by one")
    func pipes() throws {
        let before = try openDescriptors()
        do {
            let pipe = try Pipe()
            try pipe.writing.write(all: [1, 2, 3])
            let reading = pipe.takeReading()
            #expect(try openDescriptors() == before.union([reading.rawValue]))
            var buffer = [UInt8](repeating: 0, count: 8)
            #expect(try reading.read(into: &buffer) == 3)
            #expect(buffer.prefix(3) == [1, 2, 3])
            #expect(try reading.read(into: &buffer) == 0)
        }
        #expect(try openDescriptors() == before)
    }

    @Test("an empty pipe that must not block has nothing now")
    func nonBlocking() throws {
        let pipe = try Pipe()
        try pipe.reading.setNonBlocking()
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try pipe.reading.read(into: &buffer) == nil)
        try pipe.writing.write(all: [7])
        #expect(try pipe.reading.read(into: &buffer) == 1)
    }

    @Test("an error names the call and says why")
    func errors() throws {
        let error = #expect(throws: SystemError.self) { _ = try Descriptor.open("/nonexistent", O_RDONLY) }
        #expect(error == SystemError(call: "open /nonexistent", code: ENOENT))
        #expect(error?.description == "open /nonexistent: No such file or directory")
        #expect(!SystemError.text(of: 99_999).isEmpty)
    }

    @Test("a whole file is read up to its limit")
    func content() throws {
        let folder = try KernelFolder()
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = folder.file("f")
        try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600).write(all: bytes)
        #expect(try FileContent.read(path) == bytes)
        #expect(try FileContent.read(path, limit: 50_000) == bytes)
        #expect(throws: SystemError(call: "read \(path)", code: EFBIG)) {
            _ = try FileContent.read(path, limit: 49_999)
        }
        try FileContent.write("short", to: path)
        #expect(try FileContent.read(path).prefix(6) == Array("short".utf8) + bytes[5...5])
        #expect(throws: SystemError.self) { try FileContent.write("x", to: folder.file("missing")) }
    }

    @Test("a folder is made with those above it, and lists its names in order")
    func folders() throws {
        let folder = try KernelFolder()
        try Directory.make(folder.file("a/b/c"), mode: 0o700)
        try Directory.make(folder.file("a/b/c"), mode: 0o755)
        for name in ["z", "b", "ä"] {
            _ = try Descriptor.open(folder.file("a/\(name)x"), O_WRONLY | O_CREAT, mode: 0o600)
        }
        #expect(try Directory.names(in: folder.file("a")) == ["b", "bx", "zx", "äx"])
        #expect(try FileOwner(of: folder.file("a/b")).mode == 0o700)
        #expect(try FileOwner(of: folder.file("a/b")).isDirectory)
        #expect(try FileOwner(of: folder.file("a")).user == geteuid())
        #expect(throws: SystemError.self) { _ = try Directory.names(in: folder.file("missing")) }
        #expect(throws: SystemError.self) { try Directory.make(folder.file("a/zx/no"), mode: 0o700) }
    }

    @Test("a file is opened below an open folder")
    func below() throws {
        let folder = try KernelFolder()
        try Descriptor.open(folder.file("f"), O_WRONLY | O_CREAT, mode: 0o600).write(all: [9])
        let directory = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        var buffer = [UInt8](repeating: 0, count: 2)
        #expect(try directory.open(below: "f", O_RDONLY).read(into: &buffer) == 1)
        #expect(buffer[0] == 9)
    }
}
