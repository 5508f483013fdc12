import Kernel
import Testing

@testable import JobDaemon

/// How many lines of an attempt the journal gets.
struct JournalAllowanceTests {
    private let begin = BootTime(nanoseconds: 1_000_000_000)
    private var end: BootTime { begin + JournalAllowance.interval }
    private var beforeEnd: BootTime { BootTime(nanoseconds: end.nanoseconds - 1) }

    @Test("within an interval there are so many, in the next one as many again")
    func interval() {
        var allowance = JournalAllowance(now: begin)
        #expect(allowance.linesWanted(now: begin) == JournalAllowance.linesPerInterval)
        allowance.take(JournalAllowance.linesPerInterval - 1)
        #expect(allowance.linesWanted(now: beforeEnd) == 1)
        allowance.take(1)
        #expect(allowance.linesWanted(now: beforeEnd) == 0)
        #expect(allowance.linesWanted(now: end) == JournalAllowance.linesPerInterval)
    }

    @Test("what was left out is told of once, when the interval or the attempt is over")
    func leftOut() {
        var allowance = JournalAllowance(now: begin)
        allowance.leaveOut(3)
        allowance.leaveOut(4)
        #expect(allowance.takeReport(now: beforeEnd) == 0)
        #expect(allowance.takeReport(now: end) == 7)
        #expect(allowance.takeReport(now: end) == 0)
        allowance.leaveOut(2)
        #expect(allowance.takeReport() == 2)
        #expect(allowance.takeReport() == 0)
    }

    @Test("a slow journal is waited for so long in each interval")
    func patience() {
        var allowance = JournalAllowance(now: begin)
        allowance.spend(JournalAllowance.patience - 1)
        #expect(allowance.patienceLeft == 1)
        allowance.spend(100)
        #expect(allowance.patienceLeft == 0)
        #expect(allowance.linesWanted(now: end) > 0)
        #expect(allowance.patienceLeft == JournalAllowance.patience)
    }
}
