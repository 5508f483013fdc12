package import Jobs
package import Varlink

/// The one reason why a job does not run now, in words: for programs (`kind` and the details) and for people (a
/// sentence, and one about what would change it).
package struct WaitReasonWords: Sendable, Equatable {
    /// The reason as a word for programs.
    package enum Kind: String, Sendable, CaseIterable {
        case running, stopping, frozen, ended, blocked, scheduled, backoff, held, noQueue, paused, draining, noSpace
        case resource, limit, rate, busy, next
    }

    package let kind: Kind
    /// The rest of a sentence that begins with the job and a colon.
    package let sentence: String
    /// What would change it, with the command to run; `nil` where nothing need be done.
    package let remedy: String?
    /// When the reason will be gone by itself.
    package let until: Timestamp?
    /// What the sentence speaks of, for programs: members of the answer to `Why`.
    package let details: JSONObject

    init(
        _ kind: Kind, _ sentence: String, remedy: String?, until: Timestamp? = nil, details: JSONObject = [:]
    ) {
        self.kind = kind
        self.sentence = sentence
        self.remedy = remedy
        self.until = until
        self.details = details
    }

    /// - Parameter user: the name of a user by number.
    package init(_ reason: WaitReason, of job: Job, user: (UInt32) -> String) {
        switch reason {
        case .running(let attempt, let since, let isStopping, let standstill):
            self = Self.running(job, attempt, since, isStopping: isStopping, standstill: standstill)
        case .ended: self = Self.ended(job)
        case .blocked(let dependencies, let count): self = Self.blocked(job, by: dependencies, count)
        case .scheduled(let until):
            self.init(
                .scheduled, "it may not start before \(until.toTheSecond)",
                remedy: "\"jobctl edit \(job.id) --now\" lets it start at once", until: until)
        case .backoff(let until, let failed):
            self.init(
                .backoff,
                "\(failed == 1 ? "an attempt" : "\(failed) attempts") failed, and the next one waits until \(until.toTheSecond)",
                remedy: "\"jobctl edit \(job.id) --now\" lets it start at once", until: until,
                details: ["count": JSONValue(failed)])
        case .held(let who, let since):
            let name = Self.name(of: who, user)
            self.init(
                .held, "\(name) holds it since \(since.toTheSecond)",
                remedy: "\"jobctl release \(job.id)\" lets it start",
                details: ["by": .string(name), "since": .string(since.description)])
        case .noQueue(let known): self = Self.noQueue(job, known: known)
        case .paused(let who, let since):
            let name = Self.name(of: who, user)
            self.init(
                .paused, "\(name) paused queue \(job.spec.queue) at \(since.toTheSecond)",
                remedy: "an administrator's \"jobctl queue resume \(job.spec.queue)\" lets it go on",
                details: [
                    "queue": .string(job.spec.queue.text), "by": .string(name), "since": .string(since.description),
                ])
        case .draining:
            self.init(
                .draining, "jobd is about to stop, and starts nothing more",
                remedy: "it goes on when jobd is started again; \"jobctl daemon\" shows how jobd is")
        case .noSpace(let folder, let free, let needed):
            self.init(
                .noSpace, SpaceWords.sentence(folder: folder, free: free, needed: needed) + ", so nothing is started",
                remedy: "it goes on by itself when there is room",
                details: ["folder": .string(folder), "free": .integer(free), "needed": .integer(needed)])
        case .lacks(let requirement, let taken, let bound, let takers):
            self = Self.lacks(job, requirement, taken: taken, bound: bound, takers: takers)
        case .rate(let rate, let next):
            self.init(
                .rate, "queue \(job.spec.queue) starts at most \(rate), and the next at \(next.toTheSecond)",
                remedy: "an administrator's \"jobctl queue set \(job.spec.queue) rate=...\" allows more", until: next,
                details: ["queue": .string(job.spec.queue.text), "rate": .string(rate.description)])
        case .busy(let taken, let workers, let slots, let ahead):
            self = Self.busy(job, taken: taken, workers: workers, slots: slots, ahead: ahead)
        case .next:
            self.init(.next, "nothing keeps it: it starts next", remedy: nil)
        }
    }

    private static func name(of who: Actor, _ user: (UInt32) -> String) -> String {
        switch who {
        case .daemon: "jobd"
        case .user(let number): user(number)
        }
    }

    private static func running(
        _ job: Job, _ attempt: Int, _ since: Timestamp, isStopping: Bool, standstill: Standstill?
    ) -> WaitReasonWords {
        let details: JSONObject = [
            "attempt": JSONValue(attempt), "since": .string(since.description), "queue": .string(job.spec.queue.text),
        ]
        if isStopping {
            return WaitReasonWords(
                .stopping, "it was cancelled, and its attempt \(attempt) is being stopped",
                remedy: "\"jobctl wait \(job.id)\" waits for its end", details: details)
        }
        return switch standstill {
        case .queue:
            WaitReasonWords(
                .frozen, "queue \(job.spec.queue) is frozen, and its attempt \(attempt) with it",
                remedy: "an administrator's \"jobctl queue resume \(job.spec.queue)\" lets it go on", details: details)
        case .job:
            WaitReasonWords(
                .frozen, "it is paused: its attempt \(attempt) stands still",
                remedy: "\"jobctl resume \(job.id)\" lets it go on", details: details)
        case nil:
            WaitReasonWords(
                .running, "it runs: attempt \(attempt), since \(since.toTheSecond)",
                remedy: "\"jobctl logs -f \(job.id)\" shows what it prints", details: details)
        }
    }

    private static func ended(_ job: Job) -> WaitReasonWords {
        if case .failed(let failure) = job.state {
            let reason = FailureWords(failure).reason ?? "failed"
            guard case .dependency(let other) = failure else {
                return WaitReasonWords(
                    .ended, "it has failed: \(reason)", remedy: "\"jobctl retry \(job.id)\" runs it once more")
            }
            return WaitReasonWords(
                .ended, "it has failed: \(reason)",
                remedy: "\"jobctl retry \(other) \(job.id)\" runs job \(other) once more, and then this one",
                details: ["jobs": .array([.integer(other.rawValue)])])
        }
        let how = job.state.name == .cancelled ? "it was cancelled" : "it has succeeded"
        return WaitReasonWords(.ended, how, remedy: "\"jobctl retry \(job.id)\" runs it once more")
    }

    private static func blocked(_ job: Job, by dependencies: [Dependency], _ count: Int) -> WaitReasonWords {
        let details: JSONObject = [
            "jobs": .array(dependencies.map { .integer($0.on.rawValue) }), "count": JSONValue(count),
        ]
        guard let first = dependencies.first else {
            return WaitReasonWords(.blocked, "it waits for other jobs to end", remedy: nil, details: details)
        }
        let condition =
            switch first.condition {
            case .succeeded: "succeed"
            case .ended: "end"
            case .failed: "fail"
            }
        let sentence =
            count <= 1
            ? "it waits for job \(first.on) to \(condition)"
            : "it waits for \(count) jobs, the first of them job \(first.on), which must \(condition)"
        return WaitReasonWords(
            .blocked, sentence, remedy: "\"jobctl why \(first.on)\" says what keeps job \(first.on)", details: details)
    }

    private static func noQueue(_ job: Job, known: [QueueName]) -> WaitReasonWords {
        let names = NearestNames.sorted(known.map(\.text), to: job.spec.queue.text)
        let target = names.first ?? QueueName.default.text
        return WaitReasonWords(
            .noQueue, "queue \(job.spec.queue) is not in jobd's configuration",
            remedy: "\"jobctl edit \(job.id) -q \(target)\" moves it to queue \(target)",
            details: ["queue": .string(job.spec.queue.text), "known": .array(names.map { .string($0) })])
    }

    private static func busy(_ job: Job, taken: Int, workers: Int, slots: Int, ahead: Int) -> WaitReasonWords {
        let queue = job.spec.queue
        let before = ahead == 0 ? "" : ", and \(ahead == 1 ? "1 job is" : "\(ahead) jobs are") before it"
        let sentence =
            if taken >= workers {
                workers == 1
                    ? "the worker of queue \(queue) is busy\(before)"
                    : "all \(workers) workers of queue \(queue) are busy\(before)"
            } else if slots > 1 {
                "it takes up \(slots) of the \(workers) workers of queue \(queue), of which \(taken) are busy\(before)"
            } else {
                "\(taken) of the \(workers) workers of queue \(queue) are busy\(before)"
            }
        let more = "an administrator's \"jobctl queue set \(queue) workers=\(max(workers, taken + slots - 1) + 1)\""
        let isFirst = ahead == 0 || job.spec.priority >= 1000
        let remedy =
            isFirst
            ? "\(more) runs more at a time"
            : "\"jobctl edit \(job.id) -o \(job.spec.priority + 1)\" puts it before others; \(more) runs more at a time"
        return WaitReasonWords(
            .busy, sentence, remedy: remedy,
            details: [
                "queue": .string(queue.text), "taken": JSONValue(taken), "workers": JSONValue(workers),
                "slots": JSONValue(slots), "ahead": JSONValue(ahead),
            ])
    }
}

extension Timestamp {
    /// `2026-11-22T09:51:00Z`.
    fileprivate var toTheSecond: String { description.prefix(19) + "Z" }
}
