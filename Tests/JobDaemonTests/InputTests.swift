import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Stdin and secrets of jobs of a real daemon")
struct InputTests {
    private static let secret = "correcthorsebatterystaple"
    /// The secret as `tr a-z n-za-m` gives it.
    private static let turned = "pbeerpgubefronggrelfgncyr"
    private static let show = #"tr a-z n-za-m < "$CREDENTIALS_DIRECTORY/key""#

    private func files(below folder: String) throws -> [String] {
        try Directory.names(in: folder).flatMap { name -> [String] in
            var status = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &status) == 0 else { return [] }
            return status.st_mode & S_IFMT == S_IFDIR ? try files(below: path) : [path]
        }
    }

    /// The files of the state folder, and the log, in which a text stands.
    private func places(of text: String, _ daemon: TestDaemon) throws -> [String] {
        let needle = Array(text.utf8)
        return try (files(below: daemon.state) + ["\(daemon.folder)/stderr"]).filter { path in
            let bytes = try FileContent.read(path, limit: 64 << 20)
            return bytes.firstRange(of: needle) != nil
        }
    }

    private func spec(_ command: String...) -> JobSpec { JobSpec(command: Command(arguments: command, directory: "/")) }

    @Test("bytes that came with a job are its stdin, over a restart, and in each attempt")
    func bytes() throws {
        let daemon = try TestDaemon()
        let input: [UInt8] = Array("one\0two\n".utf8)
        var spec = spec("sh", "-c", "od -An -c; exit 1")
        spec.isHeld = true
        let id = try daemon.submit([.init(spec: spec, input: input)])[0].id
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        for verb in [true, false] {
            _ = verb ? try daemon.change(ReleaseCall.self, id) : try daemon.change(RetryCall.self, id)
            _ = try daemon.wait(for: [id])
            let words = try daemon.output(of: id).split(whereSeparator: \.isWhitespace)
            #expect(words == ["o", "n", "e", "\\0", "t", "w", "o", "\\n"])
        }
        #expect(try daemon.job(id).json["inputBytes"] == 8)
    }

    @Test("a mebibyte arrives whole, and no bytes are an empty stdin")
    func sizes() throws {
        let daemon = try TestDaemon()
        let large = [UInt8](repeating: 0x61, count: 1 << 20)
        let ids = try daemon.submit([
            .init(spec: spec("wc", "-c"), input: large), .init(spec: spec("wc", "-c"), input: []),
        ]).map(\.id)
        #expect(try daemon.wait(for: ids).allSatisfy { $0.state == .succeeded })
        #expect(try ids.map(daemon.output) == ["1048576\n", "0\n"])
    }

    @Test("a file is opened when the job starts, and one that is not there is the reason why it does not")
    func file() throws {
        let daemon = try TestDaemon()
        let path = "\(daemon.folder)/input"
        var spec = spec("cat")
        spec.surroundings.input = .file(path)
        let missing = try daemon.submit([.init(spec: spec)])[0].id
        let failed = try #require(try daemon.wait(for: [missing]).first)
        #expect(failed.state == .failed && failed.attempts.first?.step == "input", "\(failed.reason ?? "")")
        try FileWriting.write("late\n", to: path)
        let id = try daemon.submit([.init(spec: spec)])[0].id
        _ = try daemon.wait(for: [id])
        #expect(try daemon.output(of: id) == "late\n")
    }

    @Test("a secret reaches the job, is gone when it ends, and stands nowhere in clear")
    func secret() throws {
        let daemon = try TestDaemon()
        let name = try #require(SecretName("key"))
        let more = #"stat -c ' %a' "$CREDENTIALS_DIRECTORY/key"; echo "$CREDENTIALS_DIRECTORY""#
        var spec = spec("sh", "-c", "\(Self.show); \(more)")
        spec.isHeld = true
        let marker = "this stands in the store"
        let id = try daemon.submit([
            .init(spec: spec, input: Array(marker.utf8), secrets: [name: Array(Self.secret.utf8)])
        ])[0].id
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        _ = try daemon.change(ReleaseCall.self, id)
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.state == .succeeded, "\(job.reason ?? "")")
        let lines = try daemon.output(of: id).split(separator: "\n").map(String.init)
        #expect(lines.first == "\(Self.turned) 400")
        try #require(lines.count == 2 && lines[1].hasSuffix("/\(id).1"))
        #expect(access(lines[1], F_OK) != 0)
        #expect(job.json["secretNames"] == ["key"])
        #expect(try !places(of: marker, daemon).isEmpty)
        for text in [Self.secret, Base64.encode(Array(Self.secret.utf8))] {
            #expect(try places(of: text, daemon).isEmpty)
        }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        #expect(try places(of: Self.secret, daemon).isEmpty)
    }

    @Test("a secret of an ordinary user reaches the job, and no other user", .enabled(if: geteuid() == 0))
    func ordinarySecret() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        let secrets: JSONObject = ["secrets": ["key": .string(Base64.encode(Array(Self.secret.utf8)))]]
        let gate = daemon.gate()
        chmod(gate, 0o666)
        let text = "\(Self.show); echo; echo \"$CREDENTIALS_DIRECTORY\"; cat \(gate)"
        let id = try daemon.submit(as: IdentityTests.nobody, text, secrets).get()
        try daemon.waitUntil { try daemon.job(id).state.isFinal || daemon.output(of: id).contains("/\(id).1\n") }
        let running = try daemon.job(id)
        try #require(running.state == .running, "\(running.reason ?? "")")
        let lines = try daemon.output(of: id).split(separator: "\n").map(String.init)
        #expect(lines.first == Self.turned)
        let thief = try daemon.submit(as: 0, for: "bin", "cat \(lines[1])/key; ls \(lines[1]) \(lines[1])/..").get()
        let job = try #require(try daemon.wait(for: [thief]).first)
        #expect(job.state == .failed)
        #expect(try !daemon.output(of: thief).contains(Self.secret))
        #expect(try !daemon.output(of: thief).contains("\(id).1\n"))
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).first?.state == .succeeded)
        #expect(access(lines[1], F_OK) != 0)
    }

    @Test(
        "the same token with other stdin, or another secret, is another job and refused; with the same it is the same")
    func token() throws {
        let daemon = try TestDaemon()
        let name = try #require(SecretName("key"))
        func item(_ input: String, _ secret: String) -> SubmitCall.Item {
            .init(spec: spec("true"), token: "t", input: Array(input.utf8), secrets: [name: Array(secret.utf8)])
        }
        let id = try daemon.submit([item("in", "secret")])[0].id
        #expect(try daemon.submit([item("in", "secret")])[0].id == id)
        for other in [item("IN", "secret"), item("in", "SECRET")] {
            let error = #expect(throws: VarlinkError.self) { try daemon.submit([other]) }
            #expect(error.flatMap(JobError.init) == .ofJob(index: 0, .tokenTaken(token: "t", job: id)))
        }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        #expect(try daemon.submit([item("in", "secret")])[0].id == id)
    }

    @Test("a key of a store that is no key stops the start, and is left as it is")
    func badKey() throws {
        let daemon = try TestDaemon()
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try FileWriting.write("no key", to: "\(daemon.state)/key")
        try daemon.launch()
        #expect(try daemon.waitForExit() == 78)
        #expect(daemon.errors.contains("the key \(daemon.state)/key cannot be used"))
        #expect(try FileContent.read("\(daemon.state)/key") == Array("no key".utf8))
    }
}
