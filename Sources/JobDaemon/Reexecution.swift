import JobProtocol
import Threading
import VarlinkServer

/// The wish that the daemon become the program that lies in its place now: whether that can be, and who waits for it.
final class Reexecution: Sendable {
    let program: DaemonProgram
    private let configuration: LiveConfiguration
    private let onRequest: @Sendable () -> Void
    private let calls = Monitor<[IncomingCall]>([])

    /// - Parameter onRequest: a call waits to be taken.
    init(program: DaemonProgram, configuration: LiveConfiguration, onRequest: @escaping @Sendable () -> Void) {
        self.program = program
        self.configuration = configuration
        self.onRequest = onRequest
    }

    /// Sees to it that the call is answered by the program to come.
    ///
    /// - Throws: `ReexecRefused`, or what is wrong with the configuration; nothing has happened then.
    func request(_ call: IncomingCall) throws {
        try configuration.check()
        if let objection = TakeoverCheck.ask(program) { throw ReexecCall.refused(objection) }
        calls.withLock { $0.append(call) }
        onRequest()
    }

    /// The calls that wait.
    func takeCalls() -> [IncomingCall] {
        calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }
}
