import Jobs
import Testing

/// Names of queues, states, signals and steps.
struct NameTests {
    @Test(
        "a queue's name is letters, digits and a few signs",
        arguments: ["a", "Z", "0", "default", "a.b", "a_b", "a-b", "9-_.", String(repeating: "x", count: 64)])
    func good(text: String) {
        #expect(QueueName(text)?.text == text)
        #expect(QueueName(text)?.description == text)
    }

    @Test(
        "other texts are no names of queues",
        arguments: [
            "", ".", "-a", "_a", ".a", "a b", "a/b", "a\n", "ä", "a:b", "a\0", "å", "e\u{301}",
            String(repeating: "x", count: 65),
        ])
    func bad(text: String) {
        #expect(QueueName(text) == nil)
    }

    @Test("the default queue's name is a name")
    func defaultQueue() {
        #expect(QueueName("default") == .default)
    }

    @Test("states are in the order of a life, and three of them are final")
    func states() {
        #expect(JobState.Name.allCases == JobState.Name.allCases.sorted())
        #expect(JobState.Name.allCases.filter(\.isFinal) == [.succeeded, .failed, .cancelled])
        #expect(JobState.failed(.attempt(.lost)).name == .failed && JobState.failed(.attempt(.lost)).isFinal)
    }

    @Test("a signal has its name, or a number")
    func signals() {
        #expect(SignalName.name(of: 15) == "SIGTERM")
        #expect(SignalName.name(of: 9) == "SIGKILL")
        #expect(SignalName.name(of: 31) == "SIGSYS")
        #expect(SignalName.name(of: 40) == "SIG40")
    }

    @Test("the numbers of the steps, which are stored, stay what they are")
    func steps() {
        let numbers = Dictionary(uniqueKeysWithValues: StartStep.allCases.map { ($0, $0.rawValue) })
        #expect(
            numbers == [
                .clone: 1, .cgroup: 2, .session: 3, .descriptors: 4, .groups: 5, .group: 6, .user: 7, .identityCheck: 8,
                .directory: 9, .signals: 10, .execute: 11, .limits: 12, .priority: 13,
                .ioPriority: 14, .fileMask: 15, .outOfMemoryScore: 16, .keyring: 17, .capabilities: 18, .input: 19,
                .noNewPrivileges: 20, .cgroupLimits: 21, .accountName: 22, .accountLock: 23, .accountExpiry: 24,
                .rootRefusal: 25, .secrets: 26, .unit: 27,
                .account: 100, .output: 101,
            ])
        #expect(Set(StartStep.allCases.map(\.sentence)).count == StartStep.allCases.count)
    }

    @Test("only exit code 0 is success")
    func success() {
        #expect(Outcome.exited(code: 0).isSuccess)
        for outcome in [Outcome.exited(code: 1), .signalled(9), .timedOut, .cancelled, .interrupted, .lost] {
            #expect(!outcome.isSuccess)
        }
    }

    @Test("an attempt is named by its job and its number")
    func attempts() {
        #expect(AttemptID(job: JobID(rawValue: 42), number: 3).description == "42.3")
        #expect(JobID(rawValue: 2) < JobID(rawValue: 10))
    }
}
