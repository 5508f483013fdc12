import JobProtocol
import JobService
import Jobs
import Varlink

/// What is asked of jobs, for the words of a refusal.
enum ChangeVerb: Sendable {
    case hold, release, retry, edit, signal, pause, resume
}

extension ChangeAnswer.Refusal {
    /// Why a job cannot be changed so, for programs and for people.
    init(_ refusal: ChangeRefusal, _ verb: ChangeVerb) {
        switch refusal {
        case .alreadyFinal(let state):
            self.init(reason: "ended", sentence: Self.ended(state), state: state.rawValue)
        case .notPossible(let state):
            self.init(reason: "notPossible", sentence: Self.notPossible(state, verb), state: state.rawValue)
        case .keyTaken(let key, let job):
            self.init(
                reason: "keyTaken",
                sentence: "job \(job) has its key \(key) by now; wait until that one has ended, or cancel it", job: job)
        case .dependencyFailed(let job):
            self.init(
                reason: "dependencyFailed",
                sentence: "job \(job), which it waits for, did not end as it must: retry that one first", job: job)
        case .dependencyGone(let job):
            self.init(
                reason: "dependencyGone", sentence: "job \(job), which it waits for, was removed long after its end",
                job: job)
        case .hasStarted:
            self.init(
                reason: "hasStarted", sentence: "it has started before, so that its command cannot change any more")
        case .rootOnly:
            self.init(reason: "rootOnly", sentence: "it is root's, and only root may say what root's jobs run")
        case .invalid(let refusal): self.init(refusal)
        }
    }

    private init(_ refusal: SubmitRefusal) {
        let error = JobError(refusal)
        let name = error.varlinkError.name.split(separator: ".").last.map(String.init) ?? ""
        let sentence =
            switch error {
            case .noSuchQueue(let queue, let known):
                "there is no queue \(queue); there is \(known.joined(separator: ", "))"
            case .noSuchResource(let resource, let known):
                known.isEmpty
                    ? "it needs \(resource), and jobd's configuration names no resources"
                    : "it needs \(resource), which is no resource; there is \(known.joined(separator: ", "))"
            case .tooMuch(let resource, let amount, let capacity):
                "it needs \(amount) of resource \(resource), but there is only \(capacity) in all"
            case .tooManySlots(let slots, let workers):
                "it takes up \(slots) workers, but that queue has only \(workers)"
            case .invalidJob(let field, let reason): "its \(field) \(reason)"
            case .noSuchJob, .noSuchAttempt, .tokenTaken, .keyTaken, .noSuchDependency, .invalidSetting,
                .invalidConfiguration, .shuttingDown, .outcomeUnknown, .storageFailed, .noSpace, .ofJob:
                "\(error.varlinkError)"
            }
        self.init(reason: name, sentence: sentence)
    }

    private static func ended(_ state: JobState.Name) -> String {
        state == .cancelled ? "it was cancelled" : "it has \(state.rawValue)"
    }

    private static func notPossible(_ state: JobState.Name, _ verb: ChangeVerb) -> String {
        let standing =
            switch state {
            case .running: "it is running"
            case .held: "it is held"
            case .blocked: "it waits for other jobs"
            case .scheduled: "it waits for its time"
            case .ready: "it waits for a worker"
            case .succeeded, .failed, .cancelled: ended(state)
            }
        return switch verb {
        case .hold: "\(standing), and cannot be held any more"
        case .release: "\(standing), and is not held"
        case .retry: "\(standing), and has not ended"
        case .edit: "\(standing), and cannot change any more"
        case .signal: "\(standing), so that there is nothing to send a signal to"
        case .pause: "\(standing); only a job that runs can be paused, and \"jobctl hold\" keeps one from starting"
        case .resume: "\(standing), and is not paused"
        }
    }
}
