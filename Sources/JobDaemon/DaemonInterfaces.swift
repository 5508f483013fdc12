import JobProtocol
import VarlinkServer

/// The interfaces that the daemon serves, each method with its handler.
enum DaemonInterfaces {
    static func make(_ context: DaemonContext) throws -> [Interface] {
        [
            try Interface(
                JobsInterface.description(),
                methods: [
                    // Submits that follow one another on a connection share a commit.
                    "Submit": Method(.pipelined, SubmitMethod(context: context).handle),
                    "Get": Method(.alone, GetMethod(context: context).handle),
                    "List": Method(.alone, ListMethod(context: context).handle),
                    "Wait": Method(.alone, WaitMethod(context: context).handle),
                    "Cancel": Method(.alone, CancelMethod(context: context).handle),
                    "Logs": Method(.alone, LogsMethod(context: context).handle),
                ]),
            try Interface(
                DaemonInterface.description(),
                methods: ["Status": Method(.alone, StatusMethod(context: context).handle)]),
        ]
    }
}
