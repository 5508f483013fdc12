import Glibc
import JobClient

/// What jobctl's exit codes mean; `run` and `wait` on one job give the job's own (`JobExit`).
enum ExitStatus {
    static let done: Int32 = 0
    /// What was asked is not so, or some of the jobs could not be treated.
    static let no: Int32 = 1
    /// The command line cannot be.
    static let usage: Int32 = 2
    /// There is no such job, attempt, queue or resource.
    static let notFound: Int32 = 3
    /// The daemon cannot be reached.
    static let unreachable: Int32 = 4
    /// The daemon refused.
    static let refused: Int32 = 5
    /// The daemon speaks another protocol.
    static let protocolBroken: Int32 = 6
    /// The client's own wait took too long.
    static let timedOut: Int32 = 7
    /// jobctl or jobd failed where the job's code was to be given: as env(1), nice(1) and timeout(1) do.
    static let failedItself: Int32 = 125
    /// Ctrl-C.
    static let interrupted: Int32 = 128 + SIGINT

    /// The code for an error of the client.
    static func code(for error: JobClientError) -> Int32 {
        switch error {
        case .unreachable, .connectionLost, .shuttingDown, .outcomeUnknown: unreachable
        case .timedOut: timedOut
        case .interrupted: interrupted
        case .noSuchJob, .noSuchAttempt, .noSuchQueue, .noSuchDependency, .noSuchResource: notFound
        case .invalidRequest, .tokenTaken, .keyTaken, .tooMuch, .tooManySlots, .invalidSetting,
            .invalidConfiguration, .storageFailed, .backupFailed, .reexecRefused, .noSpace, .refused:
            refused
        case .inJob(_, let error): code(for: error)
        case .brokenReply: protocolBroken
        }
    }
}
