import Testing

@testable import jobctl

@Suite("Files that are read for a job at its submit")
struct InputFileTests {
    private func failure(_ path: String, atMost length: Int) -> Failure? {
        do throws(Failure) {
            _ = try InputFile.read(path, atMost: length, for: "--stdin")
            return nil
        } catch {
            return error
        }
    }

    @Test("a file is read whole, up to the bound and not a byte beyond it")
    func bound() throws {
        try TemporaryFile.with([1, 2, 3]) { path in
            let bytes = try InputFile.read(path, atMost: 3, for: "--stdin")
            #expect(bytes == [1, 2, 3])
            #expect(failure(path, atMost: 2) == Failure(2, "--stdin: \(path) has more than 2 bytes"))
        }
        try TemporaryFile.with([]) { path in
            let bytes = try InputFile.read(path, atMost: 0, for: "--stdin")
            #expect(bytes.isEmpty)
        }
    }

    @Test("what cannot be read is named with the reason, and printably")
    func unreadable() {
        #expect(
            failure("/nonexistent\u{1B}", atMost: 3)?.sentence
                == "--stdin: /nonexistent\\e cannot be read: No such file or directory")
        #expect(failure("/proc", atMost: 3)?.sentence == "--stdin: /proc cannot be read: Is a directory")
    }

    @Test("what never ends is not read for ever")
    func endless() {
        #expect(failure("/dev/zero", atMost: 100_000)?.sentence == "--stdin: /dev/zero has more than 100000 bytes")
    }
}
