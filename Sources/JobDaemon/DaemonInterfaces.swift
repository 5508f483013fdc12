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
                    "Hold": Method(.alone, HoldMethod(context: context).handle),
                    "Release": Method(.alone, ReleaseMethod(context: context).handle),
                    "Retry": Method(.alone, RetryMethod(context: context).handle),
                    "Edit": Method(.alone, EditMethod(context: context).handle),
                    "Signal": Method(.alone, SignalMethod(context: context).handle),
                    "Pause": Method(.alone, PauseJobsMethod(context: context).handle),
                    "Resume": Method(.alone, ResumeJobsMethod(context: context).handle),
                    "Why": Method(.alone, WhyMethod(context: context).handle),
                ]),
            try Interface(
                QueuesInterface.description(),
                methods: [
                    "List": Method(.alone, QueuesMethod(context: context).handle),
                    "Set": Method(.alone, SetMethod(context: context).handle),
                    "Pause": Method(.alone, PauseMethod(context: context).handle),
                    "Resume": Method(.alone, ResumeMethod(context: context).handle),
                ]),
            try Interface(
                DaemonInterface.description(),
                methods: [
                    "Status": Method(.alone, StatusMethod(context: context).handle),
                    "Reload": Method(.alone, ReloadMethod(context: context).handle),
                    "Reexec": Method(.alone, ReexecMethod(context: context).handle),
                    "Examine": Method(.alone, ExamineMethod(context: context).handle),
                    "Metrics": Method(.alone, MetricsMethod(context: context).handle),
                    "Backup": Method(.alone, BackupMethod(context: context).handle),
                ]),
        ]
    }
}
