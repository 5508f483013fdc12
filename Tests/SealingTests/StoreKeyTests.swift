import Glibc
import Jobs
import Kernel
import Sealing
import Testing

/// The key with which secrets are sealed, and the file in which it is kept.
struct StoreKeyTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/jobd-key-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in (try? Directory.names(in: folder)) ?? [] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        try body("\(folder)/key")
    }

    private func name(_ text: String) throws -> SecretName { try #require(SecretName(text)) }

    private func code(_ body: () throws -> Void) -> Int32? {
        do {
            try body()
            return nil
        } catch {
            return (error as? SystemError)?.code
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).write(all: bytes)
    }

    // MARK: Sealing

    @Test("what was sealed is opened again, also nothing and a mebibyte", arguments: [0, 1, 31, 1 << 20])
    func roundTrip(count: Int) throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sealed = key.seal(bytes, of: try name("s"))
            #expect(sealed.count == count + 40)
            #expect(try key.open(sealed, of: try name("s")) == bytes)
        }
    }

    @Test("the same bytes are sealed differently each time, and never stand in clear in what was sealed")
    func hidden() throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let clear = Array("correct horse battery staple".utf8)
            let sealed = try (0..<8).map { _ in key.seal(clear, of: try name("s")) }
            #expect(Set(sealed).count == sealed.count)
            for bytes in sealed {
                for start in 0...(bytes.count - 8) {
                    let window = Array(bytes[start..<start + 8])
                    #expect(!(0...(clear.count - 8)).contains { Array(clear[$0..<$0 + 8]) == window })
                }
            }
        }
    }

    @Test("another key, and another name, do not open it")
    func other() throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let sealed = key.seal([1, 2, 3], of: try name("s"))
            unlink(path)
            let other = try StoreKey(path: path)
            #expect(code { _ = try other.open(sealed, of: name("s")) } == EBADMSG)
            for text in ["t", "s1", "S"] {
                #expect(code { _ = try key.open(sealed, of: name(text)) } == EBADMSG)
            }
        }
    }

    @Test("no flipped bit goes unnoticed")
    func flipped() throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let sealed = key.seal([0xAA, 0x55], of: try name("s"))
            for bit in 0..<sealed.count * 8 {
                var bytes = sealed
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(code { _ = try key.open(bytes, of: name("s")) } == EBADMSG, "bit \(bit)")
            }
        }
    }

    @Test("nothing shorter or longer is opened")
    func truncated() throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let sealed = key.seal([1, 2, 3], of: try name("s"))
            for count in 0..<sealed.count {
                #expect(code { _ = try key.open(Array(sealed.prefix(count)), of: name("s")) } == EBADMSG, "\(count)")
            }
            #expect(code { _ = try key.open(sealed + [0], of: name("s")) } == EBADMSG)
        }
    }

    // MARK: The file

    @Test("the key is made for its owner alone, whatever the umask, and is the same when it is read again")
    func file() throws {
        try inFolder { path in
            let made = try StoreKey(path: path)
            var state = stat()
            try #require(stat(path, &state) == 0)
            #expect(state.st_mode == S_IFREG | 0o600)
            #expect(state.st_size == 32)
            let before = try FileContent.read(path, limit: 64)
            let reread = try StoreKey(path: path)
            #expect(try reread.open(made.seal([7], of: name("s")), of: name("s")) == [7])
            #expect(reread.fingerprint(ofInput: [7]) == made.fingerprint(ofInput: [7]))
            #expect(try FileContent.read(path, limit: 64) == before)
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            #expect(try Directory.names(in: folder) == ["key"])
        }
    }

    @Test("a draft that a crash left, open to all, does not weaken the key")
    func draft() throws {
        try inFolder { path in
            try write([1, 2, 3], to: path + ".new")
            chmod(path + ".new", 0o644)
            _ = try StoreKey(path: path)
            var state = stat()
            try #require(stat(path, &state) == 0)
            #expect(state.st_mode & 0o777 == 0o600)
            #expect(state.st_size == 32)
        }
    }

    @Test("a file that is no key is refused and left as it is", arguments: [0, 31, 33, 4096])
    func wrongLength(count: Int) throws {
        try inFolder { path in
            let bytes = [UInt8](repeating: 9, count: count)
            try write(bytes, to: path)
            #expect(code { _ = try StoreKey(path: path) } == EINVAL)
            #expect(try FileContent.read(path, limit: 8192) == bytes)
        }
    }

    @Test("a key that was lost is not made anew where secrets depend on it")
    func lost() throws {
        try inFolder { path in
            #expect(code { _ = try StoreKey(path: path, mayMake: false) } == ENOENT)
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test("a key that cannot be made says why")
    func noFolder() throws {
        try inFolder { path in
            #expect(code { _ = try StoreKey(path: path + "/missing/key") } == ENOENT)
        }
    }

    // MARK: Fingerprints

    @Test("fingerprints are equal for equal bytes, and differ by bytes, purpose, name and key")
    func fingerprints() throws {
        try inFolder { path in
            let key = try StoreKey(path: path)
            let bytes: [UInt8] = [1, 2, 3]
            #expect(key.fingerprint(ofInput: bytes) == key.fingerprint(ofInput: bytes))
            #expect(try key.fingerprint(of: bytes, named: name("a")) == key.fingerprint(of: bytes, named: name("a")))
            unlink(path)
            let other = try StoreKey(path: path)
            let prints = try [
                key.fingerprint(ofInput: bytes), key.fingerprint(ofInput: bytes + [0]), key.fingerprint(ofInput: []),
                key.fingerprint(of: bytes, named: name("a")), key.fingerprint(of: bytes, named: name("b")),
                key.fingerprint(of: [], named: name("a")), other.fingerprint(ofInput: bytes),
                other.fingerprint(of: bytes, named: name("a")),
            ]
            #expect(Set(prints).count == prints.count)
            #expect(prints.allSatisfy { Fingerprint($0.description) == $0 })
        }
    }
}
