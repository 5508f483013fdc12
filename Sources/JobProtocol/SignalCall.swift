package import Jobs
package import Varlink

/// `io.jobd.Jobs.Signal`: all processes of jobs that run get a signal.
///
/// It is answered by a `ChangeAnswer`.
package struct SignalCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Signal"

    package var ids: [JobID]
    package var signal: SignalNumber

    package init(ids: [JobID], signal: SignalNumber) {
        self.ids = ids
        self.signal = signal
    }

    package var parameters: JSONObject {
        ["ids": IDsCoding.value(ids), "signal": .string(signal.description)]
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            let ids = try IDsCoding.ids(try reader.required("ids"))
            let field = try reader.required("signal")
            guard let signal = SignalNumber(try field.string()) else {
                throw field.error("must be a signal, like INT or SIGUSR1")
            }
            return SignalCall(ids: ids, signal: signal)
        }
    }
}
