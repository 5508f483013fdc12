import JobProtocol
import Jobs
import Testing
import Varlink

/// What comes with a job and is kept apart from its spec.
struct AttachmentCodingTests {
    private static func name(_ text: String) -> SecretName {
        guard let name = SecretName(text) else { preconditionFailure("\(text) is no name of a secret") }
        return name
    }

    private static let plain = JobSpec(command: Command(arguments: ["x"]))

    private func error(_ members: JSONObject) -> ParameterError? {
        var job: JSONObject = ["command": ["x"]]
        for member in members.members { job[member.name] = member.value }
        do throws(ParameterError) {
            _ = try SubmitCall(["jobs": [.object(job)]])
            return nil
        } catch {
            return error
        }
    }

    private static func base64(_ count: Int) -> JSONValue {
        .string(Base64.encode([UInt8](repeating: 0xA5, count: count)))
    }

    @Test("bytes arrive as they were sent, whatever they are and however many", arguments: 0...6)
    func thereAndBack(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 0xF9 &+ $0) }
        let call = SubmitCall(jobs: [
            .init(
                spec: Self.plain, input: bytes, secrets: [Self.name("b"): bytes, Self.name("a.1"): [0, 0xFF]])
        ])
        #expect(try SubmitCall(overTheWire(call.parameters)) == call)
    }

    @Test("all byte values, and the most that there may be, arrive as they were sent")
    func large() throws {
        let bytes = (0..<StandardInput.maxLength).map { UInt8(truncatingIfNeeded: $0) }
        let call = SubmitCall(jobs: [.init(spec: Self.plain, input: bytes, secrets: [Self.name("s"): bytes])])
        let read = try SubmitCall(overTheWire(call.parameters))
        #expect(read.jobs[0].input == bytes)
        #expect(read.jobs[0].secrets.values.first == bytes)
    }

    @Test(
        "what is no base64 is refused and named",
        arguments: ["A", "AA", "AAA", "A===", "====", "AA=A", "AAAA=", "AA-_", " AAA", "AAA\n", "ÄÄ"])
    func noBase64(text: String) {
        let input = error(["inputBase64": .string(text)])
        #expect(input?.description == "jobs[0].inputBase64 must be base64 with padding")
        let secret = error(["secrets": ["s": .string(text)]])
        #expect(secret?.description == "jobs[0].secrets.s must be base64 with padding")
    }

    @Test("a byte too many is refused")
    func tooLong() {
        #expect(
            error(["inputBase64": Self.base64((1 << 20) + 1)])?.description
                == "jobs[0].inputBase64 must not have more than 1048576 bytes")
        #expect(
            error(["secrets": ["s": Self.base64((1 << 20) + 1)]])?.description
                == "jobs[0].secrets.s must not have more than 1048576 bytes")
        let sentence = "jobs[0].secrets must not hold more than 100, of 1048576 bytes together"
        #expect(error(["secrets": ["a": Self.base64(1 << 20), "b": Self.base64(1)]])?.description == sentence)
        var many = JSONObject()
        for number in 0..<100 { many["s\(number)"] = "" }
        #expect(error(["secrets": .object(many)]) == nil)
        many["more"] = ""
        #expect(error(["secrets": .object(many)])?.description == sentence)
    }

    @Test("a job reads from a file or from bytes, not from both")
    func both() {
        #expect(
            error(["inputBase64": "", "inputFile": "/dev/null"])?.description
                == "jobs[0].inputBase64 must not be there together with inputFile: a job reads from one of them")
    }

    @Test("a secret has the name of a file", arguments: ["", ".a", "a/b", "ä", "a b"])
    func names(name: String) {
        #expect(
            error(["secrets": .object([name: "QQ=="])])?.description
                == "jobs[0].secrets must hold names of \(SecretName.rule)")
    }

    @Test("a job tells that it has stdin and secrets, and nothing of what they are")
    func telling() throws {
        var spec = Self.plain
        let fingerprint = Fingerprint([UInt8](repeating: 0xAB, count: Fingerprint.length))
        spec.surroundings.input = .attached(length: 5, fingerprint)
        spec.secrets = [Self.name("b"): fingerprint, Self.name("a"): fingerprint]
        let job = Job(
            id: JobID(rawValue: 1), spec: spec, submitter: Submitter(user: 5, group: 6),
            submitted: Timestamp(nanoseconds: 0), firstState: .ready, state: .held(notBefore: nil))
        let view = JobView(job, attempts: [], user: "me")
        #expect(view.json["inputBytes"] == 5)
        #expect(view.json["secretNames"] == ["a", "b"])
        #expect(view.json["secrets"] == nil && view.json["inputBase64"] == nil)
        #expect(!"\(view.json)".contains(fingerprint.description))
        let answer = GetCall.Answer(jobs: [view])
        #expect(try GetCall.Answer(overTheWire(answer.parameters)) == answer)
    }
}
