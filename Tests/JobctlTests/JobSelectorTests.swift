import Testing

@testable import jobctl

@Suite("Selectors")
struct JobSelectorTests {
    @Test("a number, a range and the newest are selectors")
    func selectors() {
        #expect(JobSelector("7") == .ids(7...7))
        #expect(JobSelector("9-12") == .ids(9...12))
        #expect(JobSelector("9-9") == .ids(9...9))
        #expect(JobSelector("@last") == .newest(1))
        #expect(JobSelector("@-1") == .newest(1))
        #expect(JobSelector("@-2") == .newest(2))
    }

    @Test(
        "what is none is refused with what is allowed",
        arguments: [
            "", "0", "-1", "x", "7x", "12-9", "1-2-3", "1-", "-", "@", "@0", "@-0", "@-x", "@first", "+7", "٣",
            "99999999999999999999", "@-1001",
        ])
    func refused(_ text: String) {
        #expect(JobSelector(text) == nil)
        #expect(throws: (any Error).self) { try JobSelector(parsing: text) }
    }
}
