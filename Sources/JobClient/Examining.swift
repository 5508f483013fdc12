package import JobProtocol
internal import Varlink

extension JobClient {
    /// What is well with the daemon where it runs, and what is not.
    package func examine() throws(JobClientError) -> [ExamineCall.Finding] {
        try ask(ExamineCall.method, [:]) { try ExamineCall.Answer($0).findings }
    }
}
