import Glibc
import JobService
import Threading
import VarlinkServer

/// Whether everything that jobd stands on comes round: its threads, and the store.
///
/// Two things are looked at. Threads that have been inside one piece of work for too long are known without waking
/// them. And what waits may wait for something that does not come: so the I/O thread, the ledger and a reader of the
/// store are asked for a sign of life.
final class Health: Sendable {
    /// What does not come round.
    struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The name of the thread.
        let thread: String
        /// A sentence without its period.
        let description: String
    }

    private let progress: ProgressRegister
    private let service: JobService
    private let server: VarlinkServer
    /// Asks what may not answer, so that nobody else waits for it.
    private let probes = ThreadPoolExecutor(maxWorkers: 1, namePrefix: "probe")
    private let asked = Monitor<Question?>(nil)

    /// Asked of the ledger first, and then of the store.
    private struct Question: Sendable {
        let answer: Future<Void>
        let ledgerAnswered: Event
    }

    /// - Parameter progress: where the threads say what they are busy with.
    init(_ progress: ProgressRegister, service: JobService, server: VarlinkServer) {
        self.progress = progress
        self.service = service
        self.server = server
    }

    /// Looks at everything.
    ///
    /// - Parameter allowed: how long a piece of work, and an answer, may take; so long this may take as well.
    /// - Returns: what does not come round; nothing where all is well.
    func problems(within allowed: Duration) -> [Problem] {
        let stuck = progress.stuck(longerThan: allowed).map { thread in
            Problem(thread: thread.name, description: "the thread \(thread)")
        }
        // Who is asked may wait for one that is stuck.
        guard stuck.isEmpty else { return stuck }
        let deadline = Deadline.after(allowed)
        let finished = progress.finished(by: "ledger")
        let hasCome = Event()
        server.ping { hasCome.set() }
        let question = ask()
        let isAnswered = (try? question?.answer.result(until: deadline)) != nil
        let seconds = allowed.components.seconds
        var problems: [Problem] = []
        if !hasCome.wait(until: deadline) {
            problems.append(Problem(thread: "io", description: "the thread io has not come round for \(seconds) s"))
        }
        if isAnswered { return problems }
        if question?.ledgerAnswered.isSet == true {
            problems.append(Problem(thread: "probe", description: "the store has not answered for \(seconds) s"))
        } else if progress.finished(by: "ledger") == finished {
            // Much may be to do before it is our turn: that is no standstill.
            problems.append(
                Problem(thread: "ledger", description: "the thread ledger has not come round for \(seconds) s"))
        }
        return problems
    }

    /// Ends what it needs; the service must have been stopped, or still answer.
    func end() { probes.shutDown() }

    /// - Returns: the question, an earlier one where that has no answer yet; `nil` where nobody can be asked.
    private func ask() -> Question? {
        if let earlier = asked.withLock({ $0 }), !earlier.answer.isDone { return earlier }
        let ledgerAnswered = Event()
        let answer = try? probes.submit { [service] in
            try service.ping().result()
            ledgerAnswered.set()
            _ = try service.counts()
        }
        guard let answer else { return nil }
        let question = Question(answer: answer, ledgerAnswered: ledgerAnswered)
        asked.withLock { $0 = question }
        return question
    }
}
