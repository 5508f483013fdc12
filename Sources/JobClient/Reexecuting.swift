internal import JobProtocol
internal import Varlink

extension JobClient {
    /// Makes jobd become the program that lies in its place now; its jobs go on.
    ///
    /// For root and the daemon's own user. It is asked once: with the connection lost the outcome is unknown.
    ///
    /// - Returns: the versions before and after, and how many attempts go on.
    package func reexecute() throws(JobClientError) -> (oldVersion: String, version: String, running: Int) {
        do {
            let connection = try Connection(to: socket, interrupter: interrupter)
            let answer = try ReexecCall.Answer(connection.varlink.call(ReexecCall.method, [:]))
            return (answer.oldVersion, answer.version, answer.running)
        } catch {
            throw interrupter.isInterrupted ? .interrupted : JobClientError(error)
        }
    }
}
