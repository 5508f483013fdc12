import Glibc
import Jobs
import Testing

/// Signals as people write them.
struct SignalNumberTests {
    @Test(
        "a signal is read by name or number, with SIG or without, in capitals or not",
        arguments: [
            ("TERM", SIGTERM), ("SIGTERM", SIGTERM), ("sigterm", SIGTERM), ("15", 15), ("9", SIGKILL),
            ("usr1", SIGUSR1),
            ("SYS", SIGSYS), ("1", 1), ("64", 64), ("RTMIN", 34), ("SIGRTMIN+3", 37), ("RTMAX", 64), ("RTMAX-2", 62),
            ("rtmin+30", 64), ("SIG40", 40),
        ])
    func reads(textAndNumber: (String, Int32)) {
        #expect(SignalNumber(textAndNumber.0)?.rawValue == textAndNumber.1)
    }

    @Test(
        "what is no signal is refused",
        arguments: [
            "", "SIG", "0", "65", "-9", "+9", " 9", "TERM ", "NOPE", "RTMIN+", "RTMIN+31", "RTMAX-31", "RTMIN-1",
            "RTMAX+1", "RTMIN+99999999999", "99999999999999999999", "SIGSIGTERM",
        ])
    func refuses(text: String) {
        #expect(SignalNumber(text) == nil)
    }

    @Test("every signal has a name that is read back")
    func names() throws {
        for number in 1...64 as ClosedRange<Int32> {
            let signal = try #require(SignalNumber(rawValue: number))
            #expect(SignalNumber(signal.description) == signal)
        }
        #expect(SignalNumber(rawValue: 0) == nil && SignalNumber(rawValue: 65) == nil)
        #expect("\(SignalNumber.terminate)" == "SIGTERM" && SignalNumber.kill.rawValue == SIGKILL)
        #expect(SignalNumber.continue.rawValue == SIGCONT)
    }
}
