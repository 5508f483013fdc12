import Glibc
import JobClient
import Testing

@testable import jobctl

@Suite("What goes wrong")
struct FailureTests {
    private func failure(_ error: JobClientError, user: UInt32 = 1000) -> Failure {
        Failure(error, user: user, usualSocket: "/run/user/1000/jobd/jobd.sock")
    }

    @Test("with no daemon one line says which socket was tried and how to start it")
    func unreachable() {
        #expect(
            failure(.unreachable(socket: "/run/jobd/jobd.sock", code: ENOENT))
                == Failure(
                    4,
                    "no jobd answers at /run/jobd/jobd.sock (No such file or directory): start it with \"systemctl start jobd.socket jobd\" or run \"jobd\""
                ))
        #expect(
            failure(.unreachable(socket: "/run/user/1000/jobd/jobd.sock", code: ECONNREFUSED)).sentence?
                .contains("\"systemctl --user start jobd.socket jobd\"") == true)
        #expect(
            failure(.unreachable(socket: "/a/s", code: ENOENT)).sentence?.contains("\"jobd --socket /a/s\"") == true)
        #expect(
            failure(.unreachable(socket: "/a/s", code: EACCES)).sentence
                == "no jobd answers at /a/s (Permission denied): the socket is not for this user")
    }

    @Test("each error has its exit code")
    func codes() {
        #expect(failure(.noSuchJob(7)) == Failure(3, "there is no job 7"))
        #expect(failure(.noSuchAttempt(7, attempt: 2)) == Failure(3, "job 7 has no attempt 2"))
        #expect(
            failure(.noSuchQueue("x", known: ["a", "b"]))
                == Failure(3, "there is no queue x; did you mean a? There is a, b (jobctl queue ls)"))
        #expect(failure(.tokenTaken("t", job: 7)) == Failure(5, "the token t stands for another job, 7"))
        #expect(failure(.refused(error: "org.varlink.service.PermissionDenied", detail: "")).code == 5)
        #expect(failure(.invalidRequest(field: "queue", problem: "must be x")) == Failure(5, "--queue must be x"))
        #expect(failure(.brokenReply("x")).code == 6)
        #expect(failure(.timedOut).code == 7)
        #expect(failure(.shuttingDown) == Failure(4, "jobd is shutting down, and was not back in time"))
        #expect(
            failure(.noSpace(folder: "/var/lib/jobd", free: 1_300_000, needed: 32 << 20))
                == Failure(
                    5,
                    "nothing was stored: only 1.2 MiB are free on the disk with /var/lib/jobd, and 32.0 MiB must be; "
                        + "free some there and repeat it, jobd goes on by itself"))
        #expect(failure(.interrupted).code == 130)
    }

    @Test("a queue or resource that is not there names the most similar ones first")
    func nearest() {
        let known = ["batch", "build", "default"]
        #expect(
            failure(.noSuchQueue("biuld", known: known)).sentence
                == "there is no queue biuld; did you mean build? There is build, batch, default (jobctl queue ls)")
        #expect(
            failure(.noSuchQueue("x-ray", known: known)).sentence
                == "there is no queue x-ray; there is batch, build, default (jobctl queue ls)")
        #expect(
            failure(.noSuchResource("gpus", known: ["gpu"]))
                == Failure(3, "there is no resource gpus; did you mean gpu? There is gpu (jobctl daemon)"))
        #expect(
            failure(.noSuchResource("gpu", known: [])).sentence
                == "there is no resource gpu: jobd's configuration names none")
        let many = (0..<20).map { "q\($0)" }
        #expect(failure(.noSuchQueue("zzzz", known: many)).sentence?.contains(", ... (jobctl queue ls)") == true)
    }

    @Test("each refusal of a submit is a sentence")
    func refusals() {
        #expect(
            failure(.keyTaken("k", job: 7, state: "ready"))
                == Failure(5, "job 7, which is ready, has the key k already"))
        #expect(failure(.noSuchDependency(7)) == Failure(3, "there is no job 7 to wait for"))
        #expect(
            failure(.tooMuch(resource: "gpu", amount: 3, capacity: 2))
                == Failure(5, "it needs 3 of resource gpu, but there is only 2 in all"))
        #expect(
            failure(.tooManySlots(9, workers: 4)) == Failure(5, "it takes up 9 workers, but its queue has only 4"))
        #expect(
            failure(.inJob(index: 2, .noSuchDependency(7)))
                == Failure(3, "job 3 of the submit: there is no job 7 to wait for"))
    }

    @Test("what only administrators may do is said so, and a bad setting by its name")
    func queues() {
        #expect(
            failure(.refused(error: "org.varlink.service.PermissionDenied", detail: "")).sentence
                == "that is for root and the group jobd-admin only")
        #expect(failure(.invalidSetting("rate", problem: "must be x")) == Failure(5, "rate= must be x"))
    }

    @Test("a field is called by its flag, with the place in it")
    func flags() {
        #expect(FlagNames.sentence(field: "command[2]", problem: "must not x") == "the command[2] must not x")
        #expect(FlagNames.sentence(field: "environment.PATH", problem: "must x") == "--env.PATH must x")
        #expect(
            FlagNames.sentence(field: "killAfterMilliseconds", problem: "x") == "--kill-after must be from 0 to 1d")
        #expect(FlagNames.sentence(field: "retryOn[1]", problem: "must x") == "--retry-on[1] must x")
        #expect(FlagNames.sentence(field: "limits.api", problem: "must x") == "--limit.api must x")
        #expect(FlagNames.sentence(field: "expiresMilliseconds", problem: "x") == "--expires must be from 1ms to 3650d")
        #expect(FlagNames.sentence(field: "novelty", problem: "must x") == "novelty must x")
    }

    @Test("kill says by its code whether all could be cancelled")
    func killCodes() {
        #expect(KillCommand.exitCode([.cancelled, .stopping]) == 0)
        #expect(KillCommand.exitCode([.cancelled, .ended(.failed)]) == 1)
        #expect(KillCommand.exitCode([.ended(.failed), .unknown]) == 3)
        #expect(KillCommand.exitCode([]) == 0)
    }
}
