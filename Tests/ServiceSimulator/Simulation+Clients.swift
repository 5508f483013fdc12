import JobService
import Jobs
import Threading

/// What clients do.
extension Simulation {
    static let users: [UInt32] = [1_000, 2_000]

    /// Works of one user in one call, as clients send them.
    func submit() {
        guard core != nil else { return }
        let user = random.pick(Self.users) ?? 1_000
        let first = works.count
        for _ in 0..<random.number(in: 1...3) { works.append(Work(submission: submission(by: user), user: user)) }
        send(Array(first..<works.count))
        // Some send a second time before the first has been answered.
        if random.chance(10) { send(Array(first..<works.count)) }
    }

    /// A client that got no answer, or that does not believe it, asks again.
    func repeatSubmit() {
        guard core != nil, !works.isEmpty else { return }
        let index = random.below(works.count)
        guard works[index].submission.token != nil else { return }
        saw(.repeated)
        send([index])
    }

    func send(_ indices: [Int]) {
        guard let user = indices.first.map({ works[$0].user }) else { return }
        let isPartial = random.chance(30)
        // Without a token a repeat would be another job.
        let sent = indices.filter { works[$0].submission.token != nil || works[$0].timesSent == 0 }
        guard !sent.isEmpty else { return }
        for index in sent { works[index].timesSent += 1 }
        note("submit \(sent.map { works[$0].summary }) of \(user)")
        inbox.append(
            .submit(
                sent.map { works[$0].submission }, by: Submitter(user: user, group: user), isAdministrator: false,
                partial: isPartial, { [weak self] answer in self?.take(answer, for: sent) }))
    }

    private func take(_ answer: Result<[SubmitResult], ServiceError>, for sent: [Int]) {
        switch answer {
        case .success(let results):
            for (index, result) in zip(sent, results) { take(result, for: index) }
        case .failure(.refused):
            saw(.refusedSubmit)
            for index in sent where works[index].job == nil { works[index].isRefused = true }
        // The daemon went away: nobody knows.
        case .failure: break
        }
    }

    private func take(_ result: SubmitResult, for index: Int) {
        switch result {
        case .success(let receipt):
            note("\(works[index].label) is job \(receipt.id), \(receipt.state)")
            if receipt.existing == .key { saw(.keyConflict) }
            checker.noteAnswer(receipt, to: works[index])
            works[index].isOwn = receipt.existing != .key
            works[index].job = receipt.id
        case .failure: works[index].isRefused = works[index].job == nil
        }
    }

    // MARK: What they want

    private func submission(by user: UInt32) -> Submission {
        let label = "w\(works.count)"
        var spec = JobSpec(
            command: Command(arguments: ["/bin/work", label]), queue: random.pick(options.queues)?.name ?? .default,
            priority: random.chance(40) ? random.number(in: -2...2) : 0)
        if random.chance(25) { spec.retry.retries = random.number(in: 0...3) }
        if random.chance(20) { spec.retry.exitCodes = [3] }
        if random.chance(10) { spec.retry.successCodes = [3] }
        if random.chance(15) { spec.retry.onInterrupt = random.pick(RetryRequest.OnInterrupt.allCases) }
        if random.chance(10) { spec.isHeld = true }
        if random.chance(10) { spec.slots = random.number(in: 1...2) }
        if options.usesTimes, random.chance(40) { spec.start = startTime() }
        if options.usesTimes, random.chance(25) { spec.expires = .seconds(random.number(in: 1...30)) }
        if options.usesKeys, random.chance(50) {
            spec.key = UniqueKey(
                "k\(random.below(2))", onConflict: random.pick(UniqueKey.Conflict.allCases) ?? .existing)
        }
        if options.usesResources, random.chance(50) { spec.needs["gpu"] = random.number(in: 1...2) }
        if options.usesResources, random.chance(30) { spec.needs["tape"] = 1 }
        if options.usesResources, random.chance(30) { spec.limits["site"] = random.number(in: 1...2) }
        return Submission(
            spec: spec, token: random.chance(70) ? "t-\(label)" : nil, dependencies: dependencies(of: user))
    }

    private func startTime() -> StartTime {
        random.chance(50)
            ? .after(.seconds(random.number(in: 0...20)))
            : .at(now + .seconds(random.number(in: -5...20)))
    }

    private func dependencies(of user: UInt32) -> [Dependency] {
        guard options.usesDependencies, random.chance(50) else { return [] }
        let known = works.filter { $0.user == user }.compactMap(\.job)
        var chosen: Set<JobID> = []
        for _ in 0..<random.number(in: 1...3) { if let id = random.pick(known) { chosen.insert(id) } }
        return chosen.sorted().map { id in
            Dependency(
                on: id,
                condition: random.chance(60)
                    ? .succeeded : random.pick(Dependency.Condition.allCases) ?? .ended)
        }
    }

    // MARK: Control

    func control() {
        guard core != nil else { return }
        if random.chance(15) { return controlQueue() }
        guard let work = random.pick(works), let id = work.job else { return }
        let request: ChangeRequest =
            switch random.below(10) {
            case 0..<3: .cancel
            case 3..<5: .hold
            case 5..<7: .release
            case 7..<9: .retry
            default: .edit(edit())
            }
        note("ask job \(id) to \(request)")
        let promise = Promise<[ChangeResult]>()
        promise.future.whenDone { [weak self] answer in
            guard let self, case .success(let results) = answer, let result = results.first else { return }
            self.take(result, of: request, for: id)
        }
        inbox.append(.change([id], request, by: Requester(user: work.user, isAdministrator: false), promise))
    }

    private func take(_ result: ChangeResult, of request: ChangeRequest, for id: JobID) {
        switch (request, result) {
        case (.cancel, .stopping): saw(.cancelledRunning)
        case (.hold, .done): saw(.held)
        case (.retry, .done): saw(.retried)
        case (.edit, .done): saw(.edited)
        default: break
        }
    }

    private func edit() -> JobEdit {
        switch random.below(3) {
        case 0: JobEdit(priority: random.number(in: -3...3))
        case 1: JobEdit(queue: random.pick(options.queues)?.name)
        default: JobEdit(start: random.chance(50) ? .atOnce : .notBefore(startTime()))
        }
    }

    private func controlQueue() {
        guard let queue = random.pick(options.queues)?.name else { return }
        note("control \(queue)")
        switch random.below(4) {
        case 0:
            saw(.paused)
            inbox.append(.pause(queue, .drain, by: Self.administrator, Promise()))
        case 1, 2: inbox.append(.pause(queue, nil, by: Self.administrator, Promise()))
        default:
            let workers = random.chance(50) ? "\(random.number(in: 1...3))" : nil
            inbox.append(.set([(.workers, workers)], of: queue, by: Self.administrator, Promise()))
        }
    }
}
