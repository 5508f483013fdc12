import JobProtocol
import Jobs
import Testing
import Varlink

/// The errors on their way to a client.
struct JobErrorTests {
    static let all: [JobError] = [
        .noSuchJob(JobID(rawValue: 7)), .noSuchAttempt(JobID(rawValue: 7), attempt: 3),
        .noSuchQueue("q", known: ["a", "b"]), .invalidJob(field: "jobs[3].queue", reason: "must be a name"),
        .tokenTaken(token: "t", job: JobID(rawValue: 9)), .keyTaken(key: "k", job: JobID(rawValue: 3), state: "ready"),
        .noSuchDependency(JobID(rawValue: 5)), .noSuchResource("gpu", known: ["cpu"]),
        .tooMuch(resource: "gpu", amount: 3, capacity: 2), .tooManySlots(9, workers: 4),
        .invalidSetting("rate", reason: "must be a rate"), .shuttingDown, .outcomeUnknown("the disk"),
        .storageFailed("the \"disk\""), .noSpace(folder: "/var/lib/jobd", free: 1, needed: 1 << 40),
    ]

    @Test(
        "an error comes through the wire as it was",
        arguments: all + [
            .tokenTaken(token: "t", job: nil), .keyTaken(key: "k", job: nil, state: "ready"),
            .noSuchQueue("", known: []),
        ]
            + all.map { .ofJob(index: 3, $0) })
    func roundTrip(error: JobError) throws {
        var bytes: [UInt8] = []
        Reply.error(error.varlinkError).serialize(into: &bytes)
        let message = Array(bytes.dropLast())
        guard case .error(let read) = try Reply(parsing: message.span) else {
            Issue.record("no error: \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        #expect(JobError(read) == error)
    }

    @Test("an error of another interface is none of ours")
    func foreign() {
        #expect(JobError(.permissionDenied) == nil)
        #expect(JobError(VarlinkError("io.jobd.Jobs.Unheard")) == nil)
        #expect(JobError(VarlinkError("io.jobd.Other.NoSuchJob")) == nil)
    }

    @Test("an error without its parameters is still that error")
    func withoutParameters() {
        #expect(JobError(VarlinkError("io.jobd.Jobs.ShuttingDown")) == .shuttingDown)
        #expect(JobError(VarlinkError("io.jobd.Jobs.TokenTaken")) == .tokenTaken(token: "", job: nil))
    }

    @Test("a bad value in a job says which job of the list it is in")
    func index() {
        let error = ParameterError(path: "jobs[12].command[1]", problem: "is bad")
        let plain = JobError.invalidJob(field: "jobs[12].command[1]", reason: "is bad")
        #expect(JobError(error) == .ofJob(index: 12, plain))
        let list = ParameterError(path: "jobs", problem: "is bad")
        #expect(JobError(list) == .invalidJob(field: "jobs", reason: "is bad"))
    }
}
