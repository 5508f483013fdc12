package import JobProtocol
internal import Varlink

extension JobClient {
    /// What is well with the daemon where it runs, and what is not.
    package func examine() throws(JobClientError) -> [ExamineCall.Finding] {
        try ask(ExamineCall.method, [:]) { try ExamineCall.Answer($0).findings }
    }

    /// What is counted and measured, in the text format of OpenMetrics 1.0.
    package func metrics() throws(JobClientError) -> String {
        try ask(MetricsCall.method, [:]) { try MetricsCall.Answer($0).text }
    }
}
