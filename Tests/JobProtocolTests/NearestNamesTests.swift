@testable import JobProtocol
import Testing

/// Names that somebody may have meant.
struct NearestNamesTests {
    @Test(
        "the distance counts letters put in, left out, changed and exchanged",
        arguments: [
            ("build", "build", 0), ("biuld", "build", 1), ("buil", "build", 1), ("builds", "build", 1),
            ("guild", "build", 1), ("BUILD", "build", 0), ("", "abc", 3), ("kitten", "sitting", 3),
        ])
    func distances(left: String, right: String, distance: Int) {
        #expect(NearestNames.distance(left, right) == distance)
        #expect(NearestNames.distance(right, left) == distance)
    }

    @Test("the most similar name comes first, and those as similar by name")
    func order() {
        #expect(NearestNames.sorted(["default", "guild", "build"], to: "biuld") == ["build", "guild", "default"])
        #expect(NearestNames.sorted(["b", "a"], to: "x") == ["a", "b"])
    }

    @Test("a name that is far from all was not meant to be any")
    func meant() {
        #expect(NearestNames.meant(by: "nightyl", of: ["default", "nightly"]) == "nightly")
        #expect(NearestNames.meant(by: "gpu", of: ["default", "nightly"]) == nil)
        #expect(NearestNames.meant(by: "gpu", of: []) == nil)
    }
}
