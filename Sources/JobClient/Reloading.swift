internal import JobProtocol
internal import Varlink

extension JobClient {
    /// Lets jobd's configuration file hold as it is now; for administrators.
    ///
    /// - Returns: what holds differently now, each as a sentence for people.
    package func reload() throws(JobClientError) -> [String] {
        try ask(ReloadCall.method, [:]) { try ReloadCall.Answer($0).changes }
    }
}
