import JobService
import Jobs

/// One thing that a client wants done, however often it asks.
struct Work {
    let submission: Submission
    let user: UInt32
    var timesSent = 0
    /// The job that an answer named.
    var job: JobID?
    /// Whether an answer said that it cannot be.
    var isRefused = false
    /// Whether the job of an answer was made by this work, and not found by its key.
    var isOwn = false

    /// What tells its jobs from others: the first word of the command after the program.
    var label: String { submission.spec.command.arguments[1] }

    /// What is special about it, for the trace.
    var summary: String {
        let spec = submission.spec
        var words = ["\(label) in \(spec.queue)"]
        if spec.priority != 0 { words.append("priority \(spec.priority)") }
        if let start = spec.start { words.append("start \(start)") }
        if let expires = spec.expires { words.append("expires after \(expires)") }
        if spec.isHeld { words.append("held") }
        if spec.slots > 1 { words.append("\(spec.slots) slots") }
        if let retries = spec.retry.retries { words.append("\(retries) retries") }
        if let key = spec.key { words.append("key \(key.text) or \(key.onConflict)") }
        for (name, amount) in spec.needs.sorted(by: { $0.key < $1.key }) { words.append("\(name)=\(amount)") }
        for (word, bound) in spec.limits.sorted(by: { $0.key < $1.key }) { words.append("\(word)<=\(bound)") }
        for dependency in submission.dependencies { words.append("\(dependency.condition) \(dependency.on)") }
        return words.joined(separator: ", ")
    }

    /// Whether a client that got no answer may ask again.
    var isUndecided: Bool { job == nil && !isRefused }
}

/// What a seed decides before anything happens: each simulation is of another kind.
struct SimulationOptions {
    let queues: [QueueSettings]
    let resources: [String: Int]
    let steps: Int
    let crashes: Int
    let faults: Int
    let clockJumps: Int
    let controls: Int
    let usesKeys: Bool
    let usesDependencies: Bool
    let usesResources: Bool
    let usesTimes: Bool

    init(_ random: RandomSource) {
        let count = random.number(in: 1...2)
        queues = (0..<count).map { index in
            guard let name = QueueName("q\(index)") else { preconditionFailure("q\(index) is a name") }
            let rate = random.chance(15) ? StartRate(starts: random.number(in: 1...3), per: .seconds(10)) : nil
            return QueueSettings(
                name: name, workers: random.number(in: 1...3), rate: rate, retries: random.chance(30) ? 1 : 0,
                backoff: .seconds(random.number(in: 0...5)))
        }
        resources = ["gpu": random.number(in: 1...2), "tape": 1]
        steps = random.number(in: 20...70)
        crashes = random.pick([0, 0, 3, 8]) ?? 0
        faults = random.pick([0, 0, 3]) ?? 0
        clockJumps = random.pick([0, 0, 5]) ?? 0
        controls = random.pick([0, 5, 15]) ?? 0
        usesKeys = random.chance(40)
        usesDependencies = random.chance(40)
        usesResources = random.chance(40)
        usesTimes = random.chance(50)
    }
}
