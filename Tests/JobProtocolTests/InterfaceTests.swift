import JobProtocol
import Jobs
import Testing
import Varlink

/// The texts of the interfaces, and what there is in code.
struct InterfaceTests {
    @Test("the text of io.jobd.Jobs parses, and names exactly the methods there are")
    func jobs() throws {
        let description = try JobsInterface.description()
        #expect(description.name == JobsInterface.name)
        let methods = [
            SubmitCall.method, GetCall.method, ListCall.method, WaitCall.method, CancelCall.method, LogsCall.method,
            HoldCall.method, ReleaseCall.method, RetryCall.method, EditCall.method, WhyCall.method,
            SignalCall.method, PauseJobsCall.method, ResumeJobsCall.method,
        ]
        #expect(Set(description.methodNames.map { "\(JobsInterface.name).\($0)" }) == Set(methods))
    }

    @Test("the text of io.jobd.Daemon parses, and names exactly the methods there are")
    func daemon() throws {
        let description = try DaemonInterface.description()
        #expect(description.name == DaemonInterface.name)
        #expect(
            Set(description.methodNames.map { "\(DaemonInterface.name).\($0)" }) == [
                StatusCall.method, ExamineCall.method, BackupCall.method, ReloadCall.method,
                MetricsCall.method, ReexecCall.method,
            ])
    }

    @Test("the text of io.jobd.Queues parses, and names exactly the methods there are")
    func queues() throws {
        let description = try QueuesInterface.description()
        #expect(description.name == QueuesInterface.name)
        let methods = [QueuesCall.method, SetCall.method, PauseCall.method, ResumeCall.method]
        #expect(description.methodNames.map { "\(QueuesInterface.name).\($0)" } == methods)
    }

    @Test("the texts name exactly the errors there are")
    func errors() throws {
        let names = Set(JobErrorTests.all.map { $0.varlinkError.name })
        let described = [try JobsInterface.description(), try QueuesInterface.description()].flatMap { description in
            description.errorNames.map { "\(description.name).\($0)" }
        }
        #expect(names == Set(described))
    }

    @Test("the texts name every field of a job, of a queue and of the answer to why")
    func fields() throws {
        for state in JobState.Name.allCases { #expect(QueuesInterface.text.contains("  \(state.rawValue): int")) }
        for kind in WaitReasonWords.Kind.allCases { #expect(JobsInterface.text.contains(kind.rawValue)) }
    }

    @Test(
        "whatever is declared is documented",
        arguments: [JobsInterface.text, QueuesInterface.text, DaemonInterface.text])
    func documented(text: String) throws {
        for declaration in try InterfaceDescription(text).declarations {
            #expect(!declaration.documentation.isEmpty, "\(declaration.name)")
        }
    }
}
