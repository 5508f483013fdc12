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
                == Failure(3, "there is no queue x; there is a, b (jobctl queue ls)"))
        #expect(failure(.tokenTaken("t", job: 7)) == Failure(5, "the token t stands for another job, 7"))
        #expect(failure(.refused(error: "org.varlink.service.PermissionDenied", detail: "")).code == 5)
        #expect(failure(.invalidRequest(field: "queue", problem: "must be x")) == Failure(5, "--queue must be x"))
        #expect(failure(.brokenReply("x")).code == 6)
        #expect(failure(.timedOut).code == 7)
        #expect(failure(.shuttingDown) == Failure(4, "jobd is shutting down, and was not back in time"))
        #expect(failure(.interrupted).code == 130)
    }

    @Test("a field is called by its flag, with the place in it")
    func flags() {
        #expect(FlagNames.sentence(field: "command[2]", problem: "must not x") == "the command[2] must not x")
        #expect(FlagNames.sentence(field: "environment.PATH", problem: "must x") == "--env.PATH must x")
        #expect(
            FlagNames.sentence(field: "killAfterMilliseconds", problem: "x") == "--kill-after must be from 0 to 3650d")
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
