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
        ]
        #expect(Set(description.methodNames.map { "\(JobsInterface.name).\($0)" }) == Set(methods))
    }

    @Test("the text of io.jobd.Daemon parses, and names exactly the methods there are")
    func daemon() throws {
        let description = try DaemonInterface.description()
        #expect(description.name == DaemonInterface.name)
        #expect(description.methodNames.map { "\(DaemonInterface.name).\($0)" } == [StatusCall.method])
    }

    @Test("the text names exactly the errors there are")
    func errors() throws {
        let names = Set(JobErrorTests.all.map { $0.varlinkError.name })
        #expect(names == Set(try JobsInterface.description().errorNames.map { "\(JobsInterface.name).\($0)" }))
    }

    @Test("whatever is declared is documented", arguments: [JobsInterface.text, DaemonInterface.text])
    func documented(text: String) throws {
        for declaration in try InterfaceDescription(text).declarations {
            #expect(!declaration.documentation.isEmpty, "\(declaration.name)")
        }
    }
}
